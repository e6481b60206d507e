import { useEffect, useId, useRef, type KeyboardEvent } from 'react';
import Button from '@material-ui/core/Button';
import TextField from '@material-ui/core/TextField';
import { makeStyles } from '@material-ui/core/styles';
import SendIcon from '@material-ui/icons/Send';
import StopIcon from '@material-ui/icons/Stop';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiTranslationRef } from '../../../translation';

const useStyles = makeStyles(theme => ({
  root: { display: 'flex', gap: theme.spacing(1), alignItems: 'flex-start' },
  // As tall as the field with one line.
  button: { height: 40, flexShrink: 0, minWidth: 96 },
}));

/** What the user writes. Enter sends it, Shift+Enter breaks the line. */
export function ChatInput(props: {
  text: string;
  answering: boolean;
  canSend: boolean;
  onChange: (text: string) => void;
  onSend: () => void;
  onStop: () => void;
}) {
  const { text, answering, canSend, onChange, onSend, onStop } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const isReady = canSend && !answering && text.trim() !== '';
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also chooses what an input method offers, as for Chinese.
    if (
      event.key === 'Enter' &&
      !event.shiftKey &&
      !event.nativeEvent.isComposing
    ) {
      event.preventDefault();
      if (isReady) {
        onSend();
      }
    }
  };
  return (
    <div className={classes.root}>
      <TextField
        label={t('chat.message')}
        helperText={t('chat.keys')}
        fullWidth
        multiline
        maxRows={6}
        size="small"
        variant="outlined"
        value={text}
        onChange={event => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        id={id}
        inputRef={field}
        inputProps={{ dir: 'auto' }}
      />
      {answering ? (
        <Button
          className={classes.button}
          variant="outlined"
          startIcon={<StopIcon />}
          onClick={() => {
            onStop();
            // The button goes, and the keyboard would be nowhere.
            field.current?.focus();
          }}
        >
          {t('chat.stop')}
        </Button>
      ) : (
        <Button
          className={classes.button}
          variant="contained"
          color="primary"
          startIcon={<SendIcon />}
          disabled={!isReady}
          onClick={onSend}
        >
          {t('tryIt.send')}
        </Button>
      )}
    </div>
  );
}
