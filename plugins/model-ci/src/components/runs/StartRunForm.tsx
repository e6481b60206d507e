import { useId, useState, type RefObject } from 'react';
import Button from '@material-ui/core/Button';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { useNavigate } from 'react-router-dom';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { useRunParameters } from '../../hooks';
import { runRouteRef } from '../../routes';
import { modelCiTranslationRef } from '../../translation';
import { ParameterForm, toGiven, type ChangedFields } from './ParameterForm';

const COMMIT = /^[0-9a-f]{40}$|^[0-9a-f]{64}$/;

/** Asks what to run and with which parameters, starts the run, and goes to its page. */
export function StartRunForm(props: {
  pipelineRef: string;
  defaultBranch?: string;
  titleId: string;
  refInput: RefObject<HTMLInputElement>;
  onClose(): void;
}) {
  const { pipelineRef, defaultBranch, titleId, refInput, onClose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const runPath = useRouteRef(runRouteRef);
  const navigate = useNavigate();
  const refId = useId();
  const [ref, setRef] = useState('');
  // The code host is asked once the name is complete, not at every key.
  const [complete, setComplete] = useState('');
  const [changed, setChanged] = useState<ChangedFields>({});
  const found = useRunParameters(pipelineRef, place(complete));

  const start = useAction(async () => {
    const parameters = toGiven(found.data?.parameters ?? {}, changed);
    const run = await api.startRun(pipelineRef, {
      ...place(ref),
      ...(Object.keys(parameters).length > 0 && { parameters }),
    });
    navigate(runPath({ runId: run.id }));
  });

  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        start.run();
      }}
    >
      <DialogTitle id={titleId}>{t('runs.startDialog.title')}</DialogTitle>
      <DialogContent>
        <DialogContentText>
          {t('runs.startDialog.description')}
        </DialogContentText>
        <TextField
          fullWidth
          inputRef={refInput}
          id={refId}
          label={t('runs.startDialog.ref')}
          helperText={t('runs.startDialog.refHelp', {
            branch: defaultBranch ?? t('runs.startDialog.defaultBranch'),
          })}
          value={ref}
          onChange={event => setRef(event.target.value)}
          onBlur={() => setComplete(ref)}
          inputProps={{ spellCheck: false, autoCapitalize: 'none' }}
        />
        <ParameterForm found={found} changed={changed} onChange={setChanged} />
        {start.error && (
          <ErrorNotice error={start.error} title={t('common.actionFailed')} />
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button
          type="submit"
          color="primary"
          variant="contained"
          disabled={start.pending}
        >
          {t('runs.startDialog.submit')}
        </Button>
      </DialogActions>
    </form>
  );
}

function place(text: string): { ref?: string; commit?: string } {
  const name = text.trim();
  return COMMIT.test(name) ? { commit: name } : { ref: name || undefined };
}
