import { memo } from 'react';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { useLanguage } from '@model-ci/backstage-plugin-model-ci-react';
import { formatDuration } from '../../../format';
import { modelCiTranslationRef } from '../../../translation';
import { visibleText } from '../visibleText';
import { ChatNotice } from './ChatNotice';
import {
  MAX_ANSWER_CHARACTERS,
  type ChatAnswer,
  type ChatTurn,
} from './useChat';

const useStyles = makeStyles(theme => ({
  message: {
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: theme.shape.borderRadius,
    padding: theme.spacing(1, 1.5),
    maxWidth: '85%',
    flexShrink: 0,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    // Marks that pile up on a letter stay in their own message.
    overflow: 'hidden',
  },
  question: {
    alignSelf: 'flex-end',
    background: theme.palette.action.selected,
  },
  answer: {
    alignSelf: 'flex-start',
    background: theme.palette.background.default,
  },
  who: { display: 'block', color: theme.palette.text.secondary },
  text: { unicodeBidi: 'isolate' },
  facts: { display: 'block', marginTop: theme.spacing(0.5) },
}));

/** A question with its answer, as far as it has come. Both are shown as text, whatever they contain. */
export const ChatMessages = memo(function Turn(props: {
  turn: ChatTurn;
  answering: boolean;
  onRetry?: () => void;
}) {
  const { turn, answering, onRetry } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const { answer } = turn;
  return (
    <>
      <div className={`${classes.message} ${classes.question}`}>
        <Typography variant="caption" className={classes.who}>
          {t('chat.you')}
        </Typography>
        <div dir="auto" className={classes.text}>
          {turn.question}
        </div>
      </div>
      {(answer.text !== '' || answering || answer.end) && (
        <div className={`${classes.message} ${classes.answer}`}>
          <Typography variant="caption" className={classes.who}>
            {answer.version === undefined
              ? t('chat.theModel')
              : t('chat.version', { version: String(answer.version) })}
          </Typography>
          <div dir="auto" className={classes.text}>
            {visibleText(answer.text, MAX_ANSWER_CHARACTERS)}
            {answering && ' ▍'}
          </div>
          <Facts answer={answer} />
        </div>
      )}
      {answer.error && <ChatNotice error={answer.error} onRetry={onRetry} />}
    </>
  );
});

/** How long it took, how many tokens it has, and why it ended where that is not the model's own end. */
function Facts({ answer }: { answer: ChatAnswer }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const language = useLanguage();
  const { firstTokenAfter, endedAfter, tokens, end } = answer;
  const facts = [
    firstTokenAfter !== undefined &&
      t('chat.firstToken', {
        duration: formatDuration(firstTokenAfter, language),
      }),
    endedAfter !== undefined &&
      (tokens === undefined
        ? t('chat.duration', { duration: formatDuration(endedAfter, language) })
        : t('chat.tokens', {
            count: tokens,
            duration: formatDuration(endedAfter, language),
          })),
    end === 'length' && t('chat.end.length'),
    end === 'stopped' && t('chat.end.stopped'),
    end === 'tooLong' && t('chat.end.tooLong', { max: MAX_ANSWER_CHARACTERS }),
    end !== undefined &&
      !['stop', 'length', 'stopped', 'tooLong'].includes(end) &&
      t('chat.end.other', { reason: visibleText(end, 100) }),
  ].filter(Boolean);
  return facts.length === 0 ? null : (
    <Typography
      variant="caption"
      color="textSecondary"
      className={classes.facts}
    >
      {facts.join(' · ')}
    </Typography>
  );
}
