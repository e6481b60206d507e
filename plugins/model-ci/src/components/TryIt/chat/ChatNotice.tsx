import Button from '@material-ui/core/Button';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  ChatError,
  type ChatProblem,
} from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiTranslationRef } from '../../../translation';
import { visibleText } from '../visibleText';

const MAX_MESSAGE_CHARACTERS = 1_000;
/** Statuses with a remedy of their own. */
const REMEDIES = [401, 403, 404, 413, 429, 503, 504] as const;

const useStyles = makeStyles({
  root: { flexShrink: 0 },
  message: { overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' },
});

/** Why there is no answer, or no more of it: in words of ours, with those of the model. */
export function ChatNotice(props: { error: Error; onRetry?: () => void }) {
  const { error, onRetry } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const { title, remedy, message } = useWords(error);
  return (
    <Alert
      severity="error"
      variant="outlined"
      className={classes.root}
      action={
        onRetry && (
          <Button color="inherit" size="small" onClick={onRetry}>
            {t('common.retry')}
          </Button>
        )
      }
    >
      <AlertTitle>{title}</AlertTitle>
      {remedy}
      {message && (
        <div dir="auto" className={classes.message}>
          {visibleText(message, MAX_MESSAGE_CHARACTERS)}
        </div>
      )}
    </Alert>
  );
}

function useWords(error: Error): {
  title: string;
  remedy?: string;
  message?: string;
} {
  const { t } = useTranslationRef(modelCiTranslationRef);
  if (!(error instanceof ChatError)) {
    return { title: t('chat.error.unknown'), message: error.message };
  }
  const { problem } = error;
  switch (problem.type) {
    case 'refused': {
      const known = REMEDIES.find(status => status === problem.status);
      return {
        title: refusedBy(problem, t),
        remedy: known && t(`chat.remedy.${known}`),
        message: problem.message,
      };
    }
    case 'reported':
      return { title: t('chat.error.reported'), message: problem.message };
    default:
      return {
        title: t(`chat.error.${problem.type}`),
        remedy: t(`chat.remedy.${problem.type}`),
      };
  }
}

type Refused = Extract<ChatProblem, { type: 'refused' }>;
type Translate = ReturnType<
  typeof useTranslationRef<typeof modelCiTranslationRef.T>
>['t'];

function refusedBy({ status, version }: Refused, t: Translate): string {
  return version === undefined
    ? t('chat.error.portal', { status: String(status) })
    : t('chat.error.model', {
        status: String(status),
        version: String(version),
      });
}
