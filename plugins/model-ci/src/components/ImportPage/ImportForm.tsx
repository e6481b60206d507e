import { useId, useState, type ChangeEvent, type RefObject } from 'react';
import Button from '@material-ui/core/Button';
import Paper from '@material-ui/core/Paper';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  IMPORT_KINDS,
  type ImportInput,
  type ImportKind,
  MAX_IMPORT_LENGTH,
} from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiTranslationRef } from '../../translation';
import { Select } from '../common';

/** Names of products and files, which no language translates. */
const KINDS: Record<ImportKind, string> = {
  jenkins: 'Jenkinsfile',
  travis: '.travis.yml',
  gitlab: '.gitlab-ci.yml',
  github: 'GitHub Actions',
};

const useStyles = makeStyles(theme => ({
  form: {
    display: 'grid',
    gap: theme.spacing(2),
    padding: theme.spacing(2),
  },
  row: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'flex-end',
    gap: theme.spacing(2),
  },
  text: {
    fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: 13,
    whiteSpace: 'pre',
    overflowX: 'auto',
  },
}));

interface ImportFormProps {
  field: RefObject<HTMLTextAreaElement>;
  pending: boolean;
  onChange(): void;
  onSubmit(input: ImportInput): void;
}

/** The file: pasted or chosen, and what it is if that cannot be seen. */
export function ImportForm(props: ImportFormProps) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const id = useId();
  const [text, setText] = useState('');
  const [name, setName] = useState<string>();
  const [kind, setKind] = useState<ImportKind>();
  const tooLong = text.length > MAX_IMPORT_LENGTH;
  const change = (content: string, file?: string) => {
    setText(content);
    setName(file);
    props.onChange();
  };
  return (
    <Paper
      component="form"
      className={classes.form}
      onSubmit={event => {
        event.preventDefault();
        props.onSubmit({
          text,
          ...(name && { name }),
          ...(kind && { kind }),
        });
      }}
    >
      <Typography>{t('import.description')}</Typography>
      <div className={classes.row}>
        <FileButton onFile={(content, file) => change(content, file)} />
        {name && <span>{name}</span>}
        <Select
          label={t('import.kind')}
          value={kind ?? ''}
          onChange={value =>
            setKind(IMPORT_KINDS.find(candidate => candidate === value))
          }
        >
          <option value="">{t('import.kind.any')}</option>
          {IMPORT_KINDS.map(value => (
            <option key={value} value={value}>
              {KINDS[value]}
            </option>
          ))}
        </Select>
      </div>
      <TextField
        id={id}
        label={t('import.text')}
        value={text}
        onChange={event => change(event.target.value)}
        inputRef={props.field}
        inputProps={{ className: classes.text, spellCheck: false }}
        InputLabelProps={{ shrink: true }}
        error={tooLong}
        helperText={
          tooLong &&
          t('import.tooLong', { length: text.length, max: MAX_IMPORT_LENGTH })
        }
        variant="outlined"
        multiline
        minRows={16}
        maxRows={24}
        fullWidth
      />
      <div>
        <Button
          type="submit"
          variant="contained"
          color="primary"
          disabled={text.trim() === '' || tooLong || props.pending}
        >
          {t('import.submit')}
        </Button>
      </div>
    </Paper>
  );
}

function FileButton(props: { onFile(text: string, name: string): void }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const read = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.item(0);
    if (file) {
      props.onFile(await file.text(), file.name);
    }
    // The same file can be chosen again after it was changed.
    target.value = '';
  };
  return (
    <Button component="label" variant="outlined">
      {t('import.file')}
      <input
        type="file"
        aria-label={t('import.file')}
        onChange={read}
        // Hidden ones cannot be reached by keyboard.
        style={{ position: 'absolute', inset: 0, opacity: 0 }}
      />
    </Button>
  );
}
