import { useId, useState, type FormEvent } from 'react';
import Button from '@material-ui/core/Button';
import Checkbox from '@material-ui/core/Checkbox';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import FormControl from '@material-ui/core/FormControl';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import FormHelperText from '@material-ui/core/FormHelperText';
import FormLabel from '@material-ui/core/FormLabel';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  MAX_TOKEN_NAME_LENGTH,
  TOKEN_ACTIONS,
  type CreatedMachineToken,
  type TokenAction,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  CreatedTokenDialog,
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';

const DAYS = [7, 30, 90, 365];
const DEFAULT_DAYS = 90;
const DEFAULT_ACTIONS: TokenAction[] = ['report', 'gate', 'artifact'];

/** Asks what the token is for, then shows it, this once. */
export function CreateTokenDialog(props: {
  pipelineRef: string;
  onCreated: () => void;
  onClose: () => void;
}) {
  const { pipelineRef, onCreated, onClose } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const id = useId();
  const [name, setName] = useState('');
  const [days, setDays] = useState(DEFAULT_DAYS);
  const [actions, setActions] = useState(DEFAULT_ACTIONS);
  const [token, setToken] = useState<CreatedMachineToken>();
  const create = useAction(async () => {
    const input = { name: name.trim(), actions, expiresInDays: days };
    setToken(await api.createToken(pipelineRef, input));
    onCreated();
  });
  if (token) {
    return (
      <CreatedTokenDialog token={token} onClose={onClose}>
        <Typography paragraph style={{ marginTop: 16 }}>
          {t('tokens.created.use')}
        </Typography>
      </CreatedTokenDialog>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.run();
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="sm">
      <form onSubmit={submit}>
        <DialogTitle id={id}>{t('tokens.create.title')}</DialogTitle>
        <DialogContent>
          <TextField
            id={`${id}-name`}
            label={t('tokens.name')}
            helperText={t('tokens.create.nameHint')}
            value={name}
            onChange={event => setName(event.target.value)}
            inputProps={{ maxLength: MAX_TOKEN_NAME_LENGTH }}
            margin="normal"
            fullWidth
            required
          />
          <Actions value={actions} onChange={setActions} />
          <TextField
            id={`${id}-days`}
            label={t('tokens.create.validity')}
            value={days}
            onChange={event => setDays(Number(event.target.value))}
            margin="normal"
            fullWidth
            select
            SelectProps={{ native: true }}
          >
            {DAYS.map(each => (
              <option key={each} value={each}>
                {t('tokens.create.days', { days: String(each) })}
              </option>
            ))}
          </TextField>
          {create.error && (
            <ErrorNotice
              error={create.error}
              title={t('tokens.create.failed')}
            />
          )}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            type="submit"
            color="primary"
            variant="contained"
            disabled={create.pending || !name.trim() || actions.length === 0}
          >
            {t('tokens.create.submit')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Actions(props: {
  value: TokenAction[];
  onChange(actions: TokenAction[]): void;
}) {
  const { value, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  return (
    <FormControl component="fieldset" margin="normal" fullWidth>
      <FormLabel component="legend">{t('tokens.actions')}</FormLabel>
      {TOKEN_ACTIONS.map(action => (
        <FormControlLabel
          key={action}
          control={
            <Checkbox
              checked={value.includes(action)}
              onChange={(_, checked) =>
                onChange(
                  TOKEN_ACTIONS.filter(each =>
                    each === action ? checked : value.includes(each),
                  ),
                )
              }
            />
          }
          label={t(`tokens.actionHint.${action}`)}
        />
      ))}
      <FormHelperText>{t('tokens.create.actsAs')}</FormHelperText>
    </FormControl>
  );
}
