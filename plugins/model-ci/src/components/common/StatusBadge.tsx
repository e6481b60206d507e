import { makeStyles, useTheme } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import PersonIcon from '@material-ui/icons/Person';
import type {
  Attempt,
  Decided,
  DeploymentStatus,
  Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { ComponentType } from 'react';
import type { SvgIconProps } from '@material-ui/core/SvgIcon';
import {
  DEPLOYMENT_STATUS_LOOKS,
  PHASE_LOOKS,
  STATUS_LOOKS,
  toneColor,
  type Tone,
} from '../../status';
import { modelCiTranslationRef } from '../../translation';
import { useDecidedText } from './DecidedText';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    fontWeight: 500,
    whiteSpace: 'nowrap',
    verticalAlign: 'middle',
  },
  icon: { fontSize: '1.25em' },
  turning: {
    '@media (prefers-reduced-motion: no-preference)': {
      animation: '$turn 2s linear infinite',
    },
  },
  '@keyframes turn': {
    from: { transform: 'rotate(0deg)' },
    to: { transform: 'rotate(360deg)' },
  },
}));

/** An icon and a word in the colour of a tone. Colour never says it alone. */
export function ToneBadge(props: {
  icon: ComponentType<SvgIconProps>;
  tone: Tone;
  label: string;
  title?: string;
  /** Only the icon is seen; the label is still read aloud. */
  iconOnly?: boolean;
  /** It speaks of the past: nothing turns. */
  still?: boolean;
  /** What people did about it: marked with a person, and read aloud. */
  people?: string;
}) {
  const { icon: Icon, tone, label, title, iconOnly, still, people } = props;
  const classes = useStyles();
  const color = toneColor(useTheme(), tone);
  return (
    <span
      className={classes.root}
      style={{ color }}
      title={joinTexts(title ?? (iconOnly ? label : undefined), people)}
    >
      <Icon
        className={`${classes.icon} ${
          tone === 'active' && !still ? classes.turning : ''
        }`}
        {...(iconOnly ? { titleAccess: label } : { 'aria-hidden': true })}
      />
      {!iconOnly && label}
      {people && <PersonIcon className={classes.icon} titleAccess={people} />}
    </span>
  );
}

function joinTexts(...texts: Array<string | undefined>): string | undefined {
  return texts.filter(Boolean).join(' · ') || undefined;
}

/** Status of a run, stage or attempt. */
export function StatusBadge(props: {
  status: Status;
  title?: string;
  iconOnly?: boolean;
  /** It speaks of the past: nothing turns. */
  still?: boolean;
  /** Where people decided that it is so. */
  decided?: Decided;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const describe = useDecidedText();
  const { label, ...look } = STATUS_LOOKS[props.status];
  return (
    <ToneBadge
      {...look}
      label={t(label)}
      title={props.title}
      iconOnly={props.iconOnly}
      still={props.still}
      people={props.decided && describe(props.decided)}
    />
  );
}

/** Status of an attempt, or what it does instead of running. */
export function AttemptBadge({ attempt }: { attempt: Attempt }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const phase = attempt.phase?.type ?? 'running';
  if (phase === 'running') {
    return <StatusBadge status={attempt.status} />;
  }
  const { label, ...look } = PHASE_LOOKS[phase];
  return <ToneBadge {...look} label={t(label)} />;
}

/** Status of a deployment. */
export function DeploymentStatusBadge(props: {
  status: DeploymentStatus;
  title?: string;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const { label, ...look } = DEPLOYMENT_STATUS_LOOKS[props.status];
  return <ToneBadge {...look} label={t(label)} title={props.title} />;
}
