import { useId, useState } from 'react';
import Button from '@material-ui/core/Button';
import TextField from '@material-ui/core/TextField';
import { makeStyles } from '@material-ui/core/styles';
import ExpandLessIcon from '@material-ui/icons/ExpandLess';
import ExpandMoreIcon from '@material-ui/icons/ExpandMore';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiTranslationRef } from '../../../translation';
import { Select } from '../../common';
import type { ChatSettings } from './exampleOf';

const useStyles = makeStyles(theme => ({
  fields: {
    display: 'grid',
    gap: theme.spacing(1.5),
    gridTemplateColumns: 'repeat(auto-fit, minmax(160px, 1fr))',
    marginBottom: theme.spacing(2),
    maxHeight: '30vh',
    overflow: 'auto',
    paddingTop: theme.spacing(1),
  },
  wide: { gridColumn: '1 / -1' },
}));

/** What is sent with every question; closed until somebody asks, or something in it is invalid. */
export function ChatSettingsFold(props: {
  models: string[];
  settings: ChatSettings;
  invalid: Array<keyof ChatSettings>;
  onChange: (settings: ChatSettings) => void;
}) {
  const { invalid } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const id = useId();
  const [wanted, setWanted] = useState(false);
  const isOpen = wanted || invalid.length > 0;
  return (
    <>
      <Button
        size="small"
        aria-expanded={isOpen}
        aria-controls={id}
        endIcon={isOpen ? <ExpandLessIcon /> : <ExpandMoreIcon />}
        onClick={() => setWanted(!isOpen)}
      >
        {t('chat.settings')}
      </Button>
      <div id={id}>{isOpen && <SettingsFields {...props} />}</div>
    </>
  );
}

function SettingsFields(props: Parameters<typeof ChatSettingsFold>[0]) {
  const { models, settings, invalid, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const id = useId();
  const field = (name: Exclude<keyof ChatSettings, 'model'>) => ({
    id: `${id}-${name}`,
    label: t(`chat.${name}`),
    value: settings[name],
    error: invalid.includes(name),
    variant: 'outlined' as const,
    size: 'small' as const,
    onChange: (event: { target: { value: string } }) =>
      onChange({ ...settings, [name]: event.target.value }),
  });
  return (
    <div className={classes.fields}>
      {models.length > 1 && (
        <Select
          label={t('chat.model')}
          value={models.includes(settings.model) ? settings.model : models[0]}
          onChange={model => onChange({ ...settings, model })}
        >
          {models.map(model => (
            <option key={model} value={model}>
              {model}
            </option>
          ))}
        </Select>
      )}
      <TextField
        {...field('temperature')}
        helperText={t('chat.temperatureHelp')}
        inputProps={{ inputMode: 'decimal' }}
      />
      <TextField
        {...field('maxTokens')}
        helperText={t('chat.maxTokensHelp')}
        inputProps={{ inputMode: 'numeric' }}
      />
      <TextField
        {...field('system')}
        className={classes.wide}
        multiline
        maxRows={6}
        helperText={t('chat.systemHelp')}
        inputProps={{ dir: 'auto' }}
      />
    </div>
  );
}
