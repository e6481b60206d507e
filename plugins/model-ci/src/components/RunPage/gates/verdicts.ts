import type { ComponentType } from 'react';
import type { SvgIconProps } from '@material-ui/core/SvgIcon';
import CancelIcon from '@material-ui/icons/Cancel';
import CheckCircleIcon from '@material-ui/icons/CheckCircle';
import HelpIcon from '@material-ui/icons/Help';
import type { Verdict } from '@model-ci/backstage-plugin-model-ci-common';
import type { Tone } from '../../../status';

export const VERDICTS: Record<
  Verdict,
  { icon: ComponentType<SvgIconProps>; tone: Tone }
> = {
  pass: { icon: CheckCircleIcon, tone: 'good' },
  fail: { icon: CancelIcon, tone: 'bad' },
  inconclusive: { icon: HelpIcon, tone: 'broken' },
};
