import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  instanceDefinitions,
  parseStageKey,
  type Run,
  type StageDefinition,
} from '@model-ci/backstage-plugin-model-ci-common';
import { useTableStyles } from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';

const useStyles = makeStyles(theme => ({
  script: {
    margin: theme.spacing(0, 0, 2),
    padding: theme.spacing(1.5),
    maxHeight: 480,
    overflow: 'auto',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: theme.shape.borderRadius,
    fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: 12.5,
  },
}));

/** Whether there is anything to show: a stage that another CI executes, or that builds an image, has no commands. */
export function hasCommand(run: Run, stage: string): boolean {
  return (findDefinition(run, stage)?.script ?? '') !== '';
}

/** What a stage runs, and with what variables of its own; of secrets their names, since nobody is shown more. */
export function StageCommand({ run, stage }: { run: Run; stage: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const table = useTableStyles();
  const definition = findDefinition(run, stage);
  if (!definition || definition.script === '') {
    return (
      <Typography color="textSecondary">{t('run.command.empty')}</Typography>
    );
  }
  const { script, env, secrets } = definition;
  const variables = [
    ...Object.entries(env).map(([name, value]) => ({ name, value })),
    ...secrets.map(name => ({ name, value: undefined })),
  ];
  return (
    <>
      <pre
        className={classes.script}
        aria-label={t('run.command.script')}
        // Scrolled with the keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        {script}
      </pre>
      {variables.length > 0 ? (
        <div className={table.scroll}>
          <Table size="small" className={table.table}>
            <caption>{t('run.command.caption')}</caption>
            <TableHead>
              <TableRow>
                <TableCell>{t('run.command.variable')}</TableCell>
                <TableCell>{t('run.command.value')}</TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {variables.map(({ name, value }) => (
                <TableRow key={name}>
                  <TableCell className={table.code}>{name}</TableCell>
                  <TableCell
                    className={value === undefined ? table.muted : table.code}
                  >
                    {value ?? t('run.command.secret')}
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </div>
      ) : (
        <Typography color="textSecondary">
          {t('run.command.noVariables')}
        </Typography>
      )}
    </>
  );
}

/** Of an instance its own part of the definition. */
function findDefinition(run: Run, key: string): StageDefinition | undefined {
  const { stage: name, instance } = parseStageKey(key);
  const stages = run.definition?.stages ?? {};
  const stage = Object.hasOwn(stages, name) ? stages[name] : undefined;
  return stage && instance !== undefined
    ? instanceDefinitions(stage).get(instance) ?? stage
    : stage;
}
