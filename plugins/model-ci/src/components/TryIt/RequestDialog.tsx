import { useId } from 'react';
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
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  ErrorNotice,
  useLanguage,
} from '@model-ci/backstage-plugin-model-ci-react';
import { formatDuration } from '../../format';
import { modelCiTranslationRef } from '../../translation';
import type { Tried } from './Tried';
import { type TimedPrediction, usePrediction } from './usePrediction';
import { visibleText } from './visibleText';

/** Far more than somebody reads, and little enough to be drawn. */
const MAX_SHOWN_CHARACTERS = 100_000;

const useStyles = makeStyles(theme => ({
  code: { fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace' },
  example: { marginTop: theme.spacing(0.5) },
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

/** A form that sends one JSON document to what serves, and shows the answer. */
export function RequestDialog(props: { tried: Tried; onClose: () => void }) {
  const { tried, onClose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const id = useId();
  const form = usePrediction(tried);
  const { invalid, send, answer } = form;
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="sm">
      <form
        onSubmit={event => {
          event.preventDefault();
          send.run();
        }}
      >
        <DialogTitle id={id}>
          {t('tryIt.title', {
            version: String(tried.version),
            environment: tried.environment,
          })}
        </DialogTitle>
        <DialogContent>
          <DialogContentText>
            {t('tryIt.description', { path: `${tried.endpoint}/predict` })}
          </DialogContentText>
          <RequestBody id={`${id}-input`} form={form} />
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

function RequestBody(props: {
  id: string;
  form: ReturnType<typeof usePrediction>;
}) {
  const { input, setInput, invalid, example } = props.form;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  return (
    <>
      <TextField
        id={props.id}
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
      {example !== undefined && input !== example && (
        <Button
          size="small"
          className={classes.example}
          onClick={() => setInput(example)}
        >
          {t('tryIt.useExample')}
        </Button>
      )}
    </>
  );
}

function Answer({ answer }: { answer: TimedPrediction }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const language = useLanguage();
  const { status, version, milliseconds, body } = answer;
  const facts = {
    status: String(status),
    duration: formatDuration(milliseconds, language),
  };
  return (
    <section aria-live="polite" aria-label={t('tryIt.answer')}>
      <Typography color="textSecondary">
        {version === undefined
          ? t('tryIt.status', facts)
          : t('tryIt.statusOfVersion', { ...facts, version: String(version) })}
      </Typography>
      <pre className={`${classes.answer} ${classes.code}`}>
        {visibleText(JSON.stringify(body, undefined, 2), MAX_SHOWN_CHARACTERS)}
      </pre>
    </section>
  );
}
