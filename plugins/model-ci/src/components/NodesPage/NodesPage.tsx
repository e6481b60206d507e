import Paper from '@material-ui/core/Paper';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import DnsIcon from '@material-ui/icons/Dns';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EmptyState } from '@model-ci/backstage-plugin-model-ci-react';
import { useCursorPaging, useNodes, useQueue, useUrlState } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { Pager, ResourceView } from '../common';
import { PageFrame } from '../ModelCiPage/PageFrame';
import { NodesTable } from './NodesTable';
import { QueueTable } from './QueueTable';

const PAGE_SIZE = 50;

const useStyles = makeStyles(theme => ({
  section: { marginBottom: theme.spacing(3) },
  title: { padding: theme.spacing(2, 2, 1) },
  note: { padding: theme.spacing(0, 2, 2) },
}));

/** What there is to run on, how full it is, and what waits for it. */
export function NodesPage() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const nodes = useNodes();
  const { params } = useUrlState();
  const queue = useQueue({
    cursor: params.get('cursor') ?? undefined,
    limit: PAGE_SIZE,
  });
  const paging = useCursorPaging(queue.data?.nextCursor);
  return (
    <PageFrame>
      <Paper className={classes.section}>
        <Typography variant="h5" component="h2" className={classes.title}>
          {t('nodes.title')}
        </Typography>
        <ResourceView resource={nodes}>
          {items =>
            items.length > 0 ? (
              <NodesTable nodes={items} onChange={nodes.reload} />
            ) : (
              <EmptyState
                icon={DnsIcon}
                title={t('nodes.empty.title')}
                description={t('nodes.empty.description')}
              />
            )
          }
        </ResourceView>
      </Paper>
      <Paper className={classes.section}>
        <Typography variant="h5" component="h2" className={classes.title}>
          {t('nodes.queue.title')}
        </Typography>
        <ResourceView resource={queue}>
          {({ items }) =>
            items.length > 0 ? (
              <QueueTable entries={items} />
            ) : (
              <Typography color="textSecondary" className={classes.note}>
                {t('nodes.queue.empty')}
              </Typography>
            )
          }
        </ResourceView>
        <Pager paging={paging} />
      </Paper>
    </PageFrame>
  );
}
