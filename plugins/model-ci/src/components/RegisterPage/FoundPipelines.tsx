import Checkbox from '@material-ui/core/Checkbox';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import type {
  DefinitionError,
  FoundPipeline,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ReasonText,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';

const useStyles = makeStyles(theme => ({
  errors: {
    margin: 0,
    paddingLeft: theme.spacing(2),
    overflowWrap: 'anywhere',
    minWidth: '14rem',
  },
  path: { overflowWrap: 'anywhere' },
}));

interface FoundPipelinesProps {
  pipelines: FoundPipeline[];
  /** The refs of those that were registered a moment ago. */
  done: string[];
  isChosen(ref: string): boolean;
  onChoose(ref: string, isChosen: boolean): void;
}

/** Each pipeline of a repository: whether it is valid, and whether the catalog has it. */
export function FoundPipelines(props: FoundPipelinesProps) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('register.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell padding="checkbox" />
            <TableCell>{t('register.column.pipeline')}</TableCell>
            <TableCell>{t('register.column.file')}</TableCell>
            <TableCell>{t('register.column.check')}</TableCell>
            <TableCell>{t('register.column.catalog')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.pipelines.map(pipeline => (
            <PipelineRow
              key={`${pipeline.file} ${pipeline.entity?.ref}`}
              {...props}
              pipeline={pipeline}
            />
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function PipelineRow(
  props: Omit<FoundPipelinesProps, 'pipelines'> & { pipeline: FoundPipeline },
) {
  const { pipeline, isChosen, onChoose } = props;
  const { entity, proposal, file, errors } = pipeline;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const isRegistered =
    entity && (entity.isRegistered || props.done.includes(entity.ref));
  const isOpen = entity && !isRegistered && !entity.isTaken;
  return (
    <TableRow>
      <TableCell padding="checkbox">
        {isOpen && (
          <Checkbox
            color="primary"
            checked={isChosen(entity.ref)}
            onChange={(_, checked) => onChoose(entity.ref, checked)}
            inputProps={{
              'aria-label': t('register.choose', { pipeline: entity.ref }),
            }}
          />
        )}
      </TableCell>
      <TableCell>
        {isRegistered ? (
          <EntityRefLink entityRef={entity.ref} hideIcon disableTooltip />
        ) : (
          entity?.ref.split('/').pop() ?? proposal?.name
        )}
      </TableCell>
      <TableCell className={classes.path}>{file}</TableCell>
      <TableCell>
        <Check errors={errors} />
      </TableCell>
      <TableCell>
        <CatalogState pipeline={pipeline} isRegistered={isRegistered} />
      </TableCell>
    </TableRow>
  );
}

function Check({ errors }: { errors: DefinitionError[] }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  return errors.length === 0 ? (
    <>{t('register.valid')}</>
  ) : (
    <>
      <Typography variant="body2" color="error">
        {t('register.errors', { count: errors.length })}
      </Typography>
      <ul className={classes.errors}>
        {errors.map(({ line, path, reason }) => (
          <li key={`${line} ${path} ${reason.text}`}>
            {t('register.line', { line })}: {path && <code>{path}</code>}{' '}
            <ReasonText reason={reason} />
          </li>
        ))}
      </ul>
    </>
  );
}

function CatalogState(props: {
  pipeline: FoundPipeline;
  isRegistered: boolean | undefined;
}) {
  const { entity, proposal } = props.pipeline;
  const { t } = useTranslationRef(modelCiTranslationRef);
  if (!entity) {
    return <>{t('register.noEntity', { file: proposal?.entityFile ?? '' })}</>;
  }
  if (entity.isTaken) {
    return (
      <Typography variant="body2" color="error">
        {t('register.taken')}
      </Typography>
    );
  }
  return (
    <>
      {t(props.isRegistered ? 'register.registered' : 'register.unregistered')}
    </>
  );
}
