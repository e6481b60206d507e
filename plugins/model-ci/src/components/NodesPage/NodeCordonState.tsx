import { makeStyles } from '@material-ui/core/styles';
import BlockIcon from '@material-ui/icons/Block';
import DoneAllIcon from '@material-ui/icons/DoneAll';
import HourglassIcon from '@material-ui/icons/HourglassEmpty';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  ComputeNode,
  NodeCordon,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ExactTime,
  ReasonText,
  Timestamp,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';
import { ToneBadge, UserLink } from '../common';

const useStyles = makeStyles(theme => ({
  cordon: {
    minWidth: 220,
    maxWidth: 360,
    marginTop: theme.spacing(0.5),
    overflowWrap: 'anywhere',
  },
  keepers: { margin: 0, paddingLeft: theme.spacing(2) },
}));

const STATES = {
  cordoned: { icon: BlockIcon, tone: 'idle' },
  draining: { icon: HourglassIcon, tone: 'active' },
  drained: { icon: DoneAllIcon, tone: 'idle' },
} as const;

/** Whether anything new is placed on a node, who said so and why, and what keeps it from being empty. */
export function NodeCordonState({ node }: { node: ComputeNode }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const { cordon, keptBy = [] } = node;
  if (!cordon && keptBy.length === 0) {
    return null;
  }
  return (
    <div className={classes.cordon}>
      {cordon && <CordonText cordon={cordon} isEmpty={keptBy.length === 0} />}
      {keptBy.length > 0 && (
        <>
          <div>{t('nodes.keptBy')}</div>
          <ul className={classes.keepers}>
            {keptBy.map(reason => (
              <li key={reason.text}>
                <ReasonText reason={reason} />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function CordonText(props: { cordon: NodeCordon; isEmpty: boolean }) {
  const { cordon, isEmpty } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const state = stateOf(cordon, isEmpty);
  const deadline = cordon.drain?.deadlineAt;
  return (
    <>
      <ToneBadge {...STATES[state]} still label={t(`nodes.cordon.${state}`)} />
      <div>
        {t('nodes.cordon.by', {
          user: <UserLink entityRef={cordon.by} />,
          time: <Timestamp time={cordon.at} />,
          reason: cordon.reason,
        })}
      </div>
      {deadline !== undefined && !isEmpty && (
        <div>
          {t('nodes.cordon.deadline', { time: <ExactTime time={deadline} /> })}
        </div>
      )}
    </>
  );
}

function stateOf({ drain }: NodeCordon, isEmpty: boolean): keyof typeof STATES {
  if (!drain) {
    return 'cordoned';
  }
  return isEmpty ? 'drained' : 'draining';
}
