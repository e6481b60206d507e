import { useId, useState } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiApiRef } from '../../../api';
import { useResource } from '../../../hooks';
import { modelCiTranslationRef } from '../../../translation';
import type { Tried } from '../Tried';
import { ChatInput } from './ChatInput';
import { ChatLog } from './ChatLog';
import { ChatNotice } from './ChatNotice';
import { ChatSettingsFold } from './ChatSettingsFold';
import { exampleOf } from './exampleOf';
import { toOptions } from './toOptions';
import { useChat } from './useChat';

const useStyles = makeStyles(theme => ({
  // The conversation scrolls by itself, between the title and what is written.
  paper: { height: '100%' },
  content: {
    display: 'flex',
    flexDirection: 'column',
    overflow: 'hidden',
    padding: theme.spacing(0, 3),
  },
  actions: { padding: theme.spacing(1, 3, 2), display: 'block' },
  buttons: {
    display: 'flex',
    flexWrap: 'wrap',
    justifyContent: 'flex-end',
    gap: theme.spacing(1),
    marginTop: theme.spacing(1),
  },
  new: { marginRight: 'auto' },
}));

/** A conversation with a service that has the OpenAI API. */
export function ChatDialog(props: { tried: Tried; onClose: () => void }) {
  const { tried, onClose } = props;
  const { pipelineRef, environment } = tried;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const theme = useTheme();
  const isNarrow = useMediaQuery(theme.breakpoints.down('xs'));
  const id = useId();
  const api = useApi(modelCiApiRef);
  const [example] = useState(() => exampleOf(tried.serving.example));
  const [question, setQuestion] = useState(example.question);
  const [settings, setSettings] = useState(example.settings);
  const models = useResource({
    api,
    name: 'chat-models',
    scope: `${pipelineRef} ${environment}`,
    load: signal => api.listModels({ pipelineRef, environment }, { signal }),
  });
  const chat = useChat({ pipelineRef, environment });
  const { options, invalid } = toOptions(settings, models.data);
  return (
    <Dialog
      open
      // A click beside it must not lose a conversation.
      onClose={(_, cause) =>
        (cause !== 'backdropClick' || chat.turns.length === 0) && onClose()
      }
      aria-labelledby={id}
      fullWidth
      fullScreen={isNarrow}
      maxWidth="md"
      classes={{ paper: classes.paper }}
    >
      <DialogTitle id={id}>
        {t('tryIt.title', { version: String(tried.version), environment })}
      </DialogTitle>
      <DialogContent className={classes.content}>
        <ChatLog
          turns={chat.turns}
          answering={chat.answering}
          onRetry={options && (() => chat.retry(options))}
        />
      </DialogContent>
      <DialogActions className={classes.actions} disableSpacing>
        {models.error && (
          <ChatNotice error={models.error} onRetry={models.reload} />
        )}
        <ChatSettingsFold
          models={models.data ?? []}
          settings={settings}
          invalid={invalid}
          onChange={setSettings}
        />
        <ChatInput
          text={question}
          answering={chat.answering}
          canSend={options !== undefined}
          onChange={setQuestion}
          onStop={chat.stop}
          onSend={() => {
            if (options) {
              setQuestion('');
              chat.send(question, options);
            }
          }}
        />
        <div className={classes.buttons}>
          <Button
            className={classes.new}
            disabled={chat.turns.length === 0}
            onClick={chat.clear}
          >
            {t('chat.new')}
          </Button>
          <Button onClick={onClose}>{t('common.close')}</Button>
        </div>
      </DialogActions>
    </Dialog>
  );
}
