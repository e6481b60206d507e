import Tabs from '@material-ui/core/Tabs';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { useUrlState } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { ViewTab } from '../common';
import { Comparison } from './comparison/Comparison';
import { History } from './history/History';
import { Metrics } from './metrics/Metrics';

const useStyles = makeStyles(theme => ({
  tabs: { marginBottom: theme.spacing(2) },
}));

/** What the views have in common; the rest of the query belongs to one of them. */
const KEPT = ['view', 'compare', 'scope', 'metric', 'dataset'];

const VIEWS = {
  metrics: Metrics,
  history: History,
  compare: Comparison,
} as const;

type View = keyof typeof VIEWS;

/** What versions and runs measured: all metrics, one metric over time, and versions against each other. */
export function Evaluations(props: { pipelineRef: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const { params, set } = useUrlState();
  const view = parseView(params.get('view'));
  const Shown = VIEWS[view];
  const show = (next: View) => {
    const others = [...params.keys()].filter(name => !KEPT.includes(name));
    set(
      {
        ...Object.fromEntries(others.map(name => [name, undefined])),
        view: next === 'metrics' ? undefined : next,
      },
      { replace: false },
    );
  };
  return (
    <>
      <Tabs
        value={view}
        onChange={(_, next: View) => show(next)}
        className={classes.tabs}
        variant="scrollable"
        aria-label={t('evaluations.views')}
      >
        {(Object.keys(VIEWS) as View[]).map(name => (
          <ViewTab
            key={name}
            value={name}
            label={t(`evaluations.view.${name}`)}
          />
        ))}
      </Tabs>
      <Shown pipelineRef={props.pipelineRef} />
    </>
  );
}

function parseView(text: string | null): View {
  return text === 'history' || text === 'compare' ? text : 'metrics';
}
