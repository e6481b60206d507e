import { useId, useState } from 'react';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import SendIcon from '@material-ui/icons/Send';
import { storageApiRef, useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { JsonValue } from '@backstage/types';
import type { Prediction } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useLanguage,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { formatDuration } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import { PermissionButton } from '../common';

const useStyles = makeStyles(theme => ({
  code: { fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace' },
  answer: {
    background: theme.palette.background.default,
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: theme.shape.borderRadius,
    padding: theme.spacing(1.5),
    margin: 0,
    maxHeight: 320,
    overflow: 'auto',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
}));

interface TryItProps {
  pipelineRef: string;
  owner?: string;
  environment: string;
  /** Path of the environment's endpoint. */
  endpoint: string;
  /** Why nothing can be sent now. */
  reason?: string;
}

/** Opens a form that sends one prediction to what serves, and shows the answer. */
export function TryItButton(props: TryItProps) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const [open, setOpen] = useState(false);
  return (
    <>
      <PermissionButton
        action="invoke"
        pipelineRef={props.pipelineRef}
        owner={props.owner}
        reason={props.reason}
        size="small"
        startIcon={<SendIcon />}
        aria-label={t('tryIt.openLabel', { environment: props.environment })}
        onClick={() => setOpen(true)}
      >
        {t('tryIt.open')}
      </PermissionButton>
      {open && <TryItDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function TryItDialog(props: TryItProps & { onClose: () => void }) {
  const { endpoint, onClose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const id = useId();
  const { input, setInput, invalid, send, answer } = usePrediction(props);
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="sm">
      <form
        onSubmit={event => {
          event.preventDefault();
          send.run();
        }}
      >
        <DialogTitle id={id}>{t('tryIt.title')}</DialogTitle>
        <DialogContent>
          <DialogContentText>
            {t('tryIt.description', { path: `${endpoint}/predict` })}
          </DialogContentText>
          <TextField
            id={`${id}-input`}
            label={t('tryIt.input')}
            fullWidth
            multiline
            minRows={4}
            maxRows={16}
            variant="outlined"
            value={input}
            onChange={event => setInput(event.target.value)}
            error={invalid !== undefined}
            helperText={invalid && t('tryIt.invalid', { message: invalid })}
            inputProps={{ className: classes.code, spellCheck: false }}
          />
          {send.error && (
            <ErrorNotice error={send.error} title={t('common.actionFailed')} />
          )}
          {answer && <Answer answer={answer} />}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{t('common.close')}</Button>
          <Button
            type="submit"
            color="primary"
            variant="contained"
            startIcon={<SendIcon />}
            disabled={invalid !== undefined || send.pending}
          >
            {t('tryIt.send')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

type TimedPrediction = Prediction & { milliseconds: number };

function Answer({ answer }: { answer: TimedPrediction }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const language = useLanguage();
  return (
    <section aria-live="polite" aria-label={t('tryIt.answer')}>
      <Typography color="textSecondary">
        {t('tryIt.status', {
          status: String(answer.status),
          duration: formatDuration(answer.milliseconds, language),
        })}
      </Typography>
      <pre className={`${classes.answer} ${classes.code}`}>
        {JSON.stringify(answer.body, undefined, 2)}
      </pre>
    </section>
  );
}

function usePrediction({ pipelineRef, environment }: TryItProps) {
  const api = useApi(modelCiApiRef);
  // Every model wants another request; the last one that the user sent to this one is the best guess.
  const storage = useApi(storageApiRef).forBucket('model-ci-try-it');
  const [input, setInput] = useState(
    () => storage.snapshot<string>(pipelineRef).value ?? '{}',
  );
  const [answer, setAnswer] = useState<TimedPrediction>();
  const { body, invalid } = parseJson(input);
  const send = useAction(async () => {
    if (body === undefined) {
      return;
    }
    setAnswer(undefined);
    const started = performance.now();
    const prediction = await api.predict({ pipelineRef, environment }, body);
    setAnswer({ ...prediction, milliseconds: performance.now() - started });
    await storage.set(pipelineRef, input);
  });
  return { input, setInput, invalid, send, answer };
}

function parseJson(text: string): { body?: JsonValue; invalid?: string } {
  try {
    return { body: JSON.parse(text) };
  } catch (error) {
    return { invalid: error instanceof Error ? error.message : String(error) };
  }
}
