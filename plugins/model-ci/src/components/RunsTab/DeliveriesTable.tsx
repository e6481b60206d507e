import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { makeStyles } from '@material-ui/core/styles';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { Delivery } from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  ReasonText,
  Timestamp,
  useAction,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { commitUrl } from '../../sourceUrls';
import { modelCiTranslationRef } from '../../translation';
import {
  CommitLink,
  PermissionButton,
  PullRequestLink,
  UserLink,
} from '../common';
import { RunLink } from '../runs';

const PROVIDERS = [
  'github',
  'gitlab',
  'gitea',
  'bitbucket',
  'model-ci-git',
] as const;

const useStyles = makeStyles({ result: { minWidth: '16em' } });

interface OfPipeline {
  pipelineRef: string;
  owner?: string;
  sourceUrl?: string;
  onChange: () => void;
}
type DeliveryProps = OfPipeline & { delivery: Delivery };

/** What a code host announced, each with the run that it started or the reason why it started none. */
export function DeliveriesTable(
  props: OfPipeline & { deliveries: Delivery[] },
) {
  const { deliveries, ...ofPipeline } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const own = useStyles();
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('deliveries.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('deliveries.column.received')}</TableCell>
            <TableCell>{t('deliveries.column.event')}</TableCell>
            <TableCell>{t('deliveries.column.change')}</TableCell>
            <TableCell>{t('deliveries.column.by')}</TableCell>
            <TableCell>{t('deliveries.column.result')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {deliveries.map(delivery => (
            <TableRow key={delivery.id}>
              <TableCell className={classes.roomy}>
                <Timestamp time={delivery.receivedAt} />
                {delivery.repeats > 0 && (
                  <div className={classes.muted}>
                    {t('deliveries.repeats', { count: delivery.repeats })}
                  </div>
                )}
              </TableCell>
              <TableCell className={classes.nowrap}>
                {delivery.event}
                <div className={classes.muted}>
                  <Provider provider={delivery.provider} />
                </div>
              </TableCell>
              <TableCell className={classes.clipped}>
                <ChangeText {...ofPipeline} delivery={delivery} />
              </TableCell>
              <TableCell className={classes.roomy}>
                {delivery.author && <Author name={delivery.author} />}
              </TableCell>
              <TableCell className={own.result}>
                <Result {...ofPipeline} delivery={delivery} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

function Provider({ provider }: { provider: string }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const known = PROVIDERS.find(each => each === provider);
  return <>{known ? t(`deliveries.provider.${known}`) : provider}</>;
}

/** An entity ref of the catalog, or a name on the host. */
function Author({ name }: { name: string }) {
  return name.includes(':') ? <UserLink entityRef={name} /> : <>{name}</>;
}

function ChangeText(props: DeliveryProps) {
  const { ref, commit, message, pullRequest } = props.delivery;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  if (!ref && !pullRequest) {
    return null;
  }
  return (
    <>
      <div className={classes.clip} title={message}>
        {message}
      </div>
      <div className={classes.clip} title={ref?.name}>
        {pullRequest && <PullRequestLink request={pullRequest} />}
        {ref && (
          <span className={classes.code}>
            {ref.type === 'tag'
              ? t('deliveries.tag', { name: ref.name })
              : ref.name}
          </span>
        )}
        {' · '}
        {commit ? (
          <CommitLink
            commit={commit}
            url={commitUrl(props.sourceUrl, commit)}
          />
        ) : (
          t('deliveries.deleted')
        )}
      </div>
    </>
  );
}

function Result(props: DeliveryProps) {
  const { run, reason, isOpen } = props.delivery;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const isWaiting = !run && reason?.code === 'trigger.needsAgreement';
  const state = isOpen ? 'deliveries.open' : 'deliveries.none';
  return (
    <>
      {run ? (
        <div>
          {t('deliveries.run')} <RunLink runId={run.id} number={run.number} />
        </div>
      ) : (
        <div>{t(isWaiting ? 'deliveries.waiting' : state)}</div>
      )}
      {reason && (
        <div className={classes.muted}>
          <ReasonText reason={reason} />
        </div>
      )}
      {isWaiting && <StartButton {...props} />}
    </>
  );
}

/** Lets a change from a fork run. */
function StartButton(props: DeliveryProps) {
  const { delivery, pipelineRef, owner, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const start = useAction(async () => {
    await api.startDelivery(pipelineRef, delivery.id);
    onChange();
  });
  return (
    <>
      <PermissionButton
        {...{ pipelineRef, owner }}
        action="run"
        variant="outlined"
        size="small"
        aria-label={t('deliveries.startLabel', {
          number: String(delivery.pullRequest?.number ?? ''),
        })}
        disabled={start.pending}
        onClick={() => start.run()}
      >
        {t('deliveries.start')}
      </PermissionButton>
      {start.error && (
        <ErrorNotice
          error={start.error}
          title={t('common.actionFailed')}
          onClose={start.reset}
        />
      )}
    </>
  );
}
