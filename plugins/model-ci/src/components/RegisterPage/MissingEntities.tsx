import { useState } from 'react';
import Button from '@material-ui/core/Button';
import Paper from '@material-ui/core/Paper';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import Autocomplete from '@material-ui/lab/Autocomplete';
import useAsync from 'react-use/esm/useAsync';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import type { FoundPipeline } from '@model-ci/backstage-plugin-model-ci-common';
import { CopyButton } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import {
  ENTITY_NAME,
  MAX_ENTITY_NAME,
  OWNER_REF,
  writeEntityFile,
} from './entityFile';

const MAX_OWNERS = 200;

const useStyles = makeStyles(theme => ({
  root: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: theme.spacing(2),
    padding: theme.spacing(2),
  },
  field: { maxWidth: '28rem' },
  file: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: theme.spacing(1),
  },
  head: { display: 'flex', alignItems: 'center', gap: theme.spacing(1) },
  text: {
    margin: 0,
    padding: theme.spacing(1.5),
    overflowX: 'auto',
    fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: 13,
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: theme.shape.borderRadius,
    backgroundColor: theme.palette.background.default,
  },
}));

/** The entity files that the repository lacks, to be committed to it: what the catalog knows stays beside the code. */
export function MissingEntities(props: {
  /** Those with a proposal. */
  pipelines: FoundPipeline[];
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const [owner, setOwner] = useState('');
  return (
    <Paper
      component="section"
      aria-label={t('register.describe')}
      className={classes.root}
    >
      <Typography variant="h6" component="h2">
        {t('register.describe')}
      </Typography>
      <Typography>{t('register.describeHint')}</Typography>
      <OwnerField value={owner} onChange={setOwner} />
      {props.pipelines.map(pipeline => (
        <EntityFile
          key={pipeline.file}
          pipeline={pipeline}
          owner={OWNER_REF.test(owner) ? owner : undefined}
        />
      ))}
    </Paper>
  );
}

function OwnerField(props: { value: string; onChange(owner: string): void }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const catalog = useApi(catalogApiRef);
  const { value: owners = [] } = useAsync(async () => {
    const { items } = await catalog.queryEntities({
      filter: { kind: 'Group' },
      fields: ['kind', 'metadata.namespace', 'metadata.name'],
      limit: MAX_OWNERS,
    });
    return items.map(stringifyEntityRef);
  }, [catalog]);
  return (
    <Autocomplete
      id="model-ci-register-owner"
      className={classes.field}
      freeSolo
      options={owners}
      inputValue={props.value}
      onInputChange={(_, text) => props.onChange(text.trim())}
      renderInput={params => (
        <TextField
          {...params}
          label={t('register.owner')}
          helperText={t('register.ownerHint')}
          error={props.value !== '' && !OWNER_REF.test(props.value)}
          InputLabelProps={{ ...params.InputLabelProps, shrink: true }}
        />
      )}
    />
  );
}

function EntityFile(props: { pipeline: FoundPipeline; owner?: string }) {
  const { pipeline, owner } = props;
  const { file, proposal } = pipeline;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const [name, setName] = useState(proposal?.name ?? '');
  const isValid = ENTITY_NAME.test(name) && name.length <= MAX_ENTITY_NAME;
  const taken = useTaken(isValid ? name : undefined, proposal?.modelRef);
  if (!proposal) {
    return null;
  }
  const text = isValid && owner && writeEntityFile(pipeline, { name, owner });
  const problem = isValid
    ? taken.length > 0 &&
      t('register.nameTaken', { entities: taken.join(', ') })
    : t('register.nameInvalid');
  const { entityFile, isAddition, editUrl } = proposal;
  return (
    <div className={classes.file}>
      <Typography variant="subtitle1" component="h3">
        {t(isAddition ? 'register.addition' : 'register.newFile', {
          file: entityFile,
        })}
      </Typography>
      <TextField
        id={`model-ci-register-${file}`}
        className={classes.field}
        label={t('register.name')}
        value={name}
        onChange={event => setName(event.target.value)}
        error={Boolean(problem)}
        helperText={problem}
        InputLabelProps={{ shrink: true }}
      />
      {text && (
        <>
          <div className={classes.head}>
            <CopyButton
              text={text}
              label={t('register.copy', { file: entityFile })}
            />
            {editUrl && (
              <Button
                size="small"
                variant="outlined"
                href={editUrl}
                target="_blank"
                rel="noopener"
              >
                {t('register.write')}
              </Button>
            )}
          </div>
          <pre className={classes.text}>{text}</pre>
        </>
      )}
    </div>
  );
}

/** The entities that the catalog has of a name already. */
function useTaken(name: string | undefined, modelRef?: string): string[] {
  const catalog = useApi(catalogApiRef);
  const { value } = useAsync(async () => {
    const entityRefs = [
      `modelpipeline:default/${name}`,
      ...(modelRef ? [] : [`component:default/${name}`]),
    ];
    if (name === undefined) {
      return [];
    }
    const { items } = await catalog.getEntitiesByRefs({
      entityRefs,
      fields: ['kind'],
    });
    return entityRefs.filter((_, index) => items[index]);
  }, [catalog, name, modelRef]);
  return value ?? [];
}
