import type { ComponentType } from 'react';
import type { SvgIconProps } from '@material-ui/core/SvgIcon';
import type { Theme } from '@material-ui/core/styles';
import ArchiveIcon from '@material-ui/icons/Archive';
import BlockIcon from '@material-ui/icons/Block';
import CancelIcon from '@material-ui/icons/Cancel';
import CheckCircleIcon from '@material-ui/icons/CheckCircle';
import ErrorIcon from '@material-ui/icons/Error';
import HelpIcon from '@material-ui/icons/Help';
import HistoryIcon from '@material-ui/icons/History';
import HourglassEmptyIcon from '@material-ui/icons/HourglassEmpty';
import LoopIcon from '@material-ui/icons/Loop';
import PersonIcon from '@material-ui/icons/Person';
import PowerSettingsNewIcon from '@material-ui/icons/PowerSettingsNew';
import RedoIcon from '@material-ui/icons/Redo';
import type {
  AttemptPhase,
  DeploymentHealth,
  DeploymentStatus,
  MetricDifference,
  Status,
  Verdict,
} from '@model-ci/backstage-plugin-model-ci-common';

/** What a colour says; `toneColor` turns it into one that is readable on the theme's background. */
export type Tone = 'good' | 'bad' | 'broken' | 'active' | 'idle';

/** How a status is shown. `label` is a key of the translations. */
export interface StatusLook<TLabel extends string> {
  icon: ComponentType<SvgIconProps>;
  label: TLabel;
  tone: Tone;
}

/** Statuses of runs, stages and attempts. */
export const STATUS_LOOKS: {
  [K in Status]: StatusLook<`status.${K}`>;
} = {
  queued: { icon: HourglassEmptyIcon, label: 'status.queued', tone: 'idle' },
  running: { icon: LoopIcon, label: 'status.running', tone: 'active' },
  waiting: { icon: PersonIcon, label: 'status.waiting', tone: 'idle' },
  succeeded: {
    icon: CheckCircleIcon,
    label: 'status.succeeded',
    tone: 'good',
  },
  failed: { icon: CancelIcon, label: 'status.failed', tone: 'bad' },
  errored: { icon: ErrorIcon, label: 'status.errored', tone: 'broken' },
  cancelled: { icon: BlockIcon, label: 'status.cancelled', tone: 'idle' },
  skipped: { icon: RedoIcon, label: 'status.skipped', tone: 'idle' },
};

/** What else than running an attempt may be doing while its status is `running`. */
export const PHASE_LOOKS: {
  [K in Exclude<AttemptPhase['type'], 'running'>]: StatusLook<`phase.${K}`>;
} = {
  pending: { icon: HourglassEmptyIcon, label: 'phase.pending', tone: 'idle' },
  collecting: {
    icon: ArchiveIcon,
    label: 'phase.collecting',
    tone: 'broken',
  },
};

/** Statuses of deployments. */
export const DEPLOYMENT_STATUS_LOOKS: {
  [K in DeploymentStatus]: StatusLook<`deploymentStatus.${K}`>;
} = {
  queued: {
    icon: HourglassEmptyIcon,
    label: 'deploymentStatus.queued',
    tone: 'idle',
  },
  starting: {
    icon: LoopIcon,
    label: 'deploymentStatus.starting',
    tone: 'active',
  },
  serving: {
    icon: CheckCircleIcon,
    label: 'deploymentStatus.serving',
    tone: 'good',
  },
  superseded: {
    icon: HistoryIcon,
    label: 'deploymentStatus.superseded',
    tone: 'idle',
  },
  stopped: {
    icon: PowerSettingsNewIcon,
    label: 'deploymentStatus.stopped',
    tone: 'idle',
  },
  failed: { icon: CancelIcon, label: 'deploymentStatus.failed', tone: 'bad' },
};

/** How the health of what serves is shown; its label is `health.<health>`. */
export const HEALTH_TONES: Record<DeploymentHealth, Tone> = {
  unknown: 'idle',
  healthy: 'good',
  unhealthy: 'bad',
  restarting: 'broken',
};

/** What gates say; its label is `run.gates.verdict.<verdict>`, and `sign` stands where there is no room for an icon. */
export const VERDICT_LOOKS: Record<
  Verdict,
  { icon: ComponentType<SvgIconProps>; sign: string; tone: Tone }
> = {
  pass: { icon: CheckCircleIcon, sign: '✓', tone: 'good' },
  fail: { icon: CancelIcon, sign: '✗', tone: 'bad' },
  inconclusive: { icon: HelpIcon, sign: '?', tone: 'broken' },
};

/** How a difference of two versions is shown; its label is `difference.<verdict>`. */
export const DIFFERENCE_TONES: Record<MetricDifference['verdict'], Tone> = {
  better: 'good',
  worse: 'bad',
  different: 'active',
  inconclusive: 'broken',
  none: 'idle',
};

const LIGHT: Record<Tone, string> = {
  good: '#1b7f3b',
  bad: '#c62828',
  broken: '#b45309',
  active: '#1f5fbf',
  idle: '#5f6368',
};

const DARK: Record<Tone, string> = {
  good: '#5fd38d',
  bad: '#ff8a80',
  broken: '#ffb74d',
  active: '#82b1ff',
  idle: '#b0b6bd',
};

/** A colour for text and icons with enough contrast on the theme's paper. */
export function toneColor(theme: Theme, tone: Tone): string {
  return (theme.palette.type === 'dark' ? DARK : LIGHT)[tone];
}
