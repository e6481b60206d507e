import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  STATUSES,
  type Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import { STATUS_LOOKS } from '../../status';
import { modelCiTranslationRef } from '../../translation';
import { Select } from '../common/Select';

const useStyles = makeStyles({ root: { minWidth: 140 } });

/** Chooses one status of runs, or all of them. */
export function StatusFilter(props: {
  label: string;
  value?: Status;
  onChange: (status: Status | undefined) => void;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  return (
    <Select
      className={classes.root}
      label={props.label}
      value={props.value ?? ''}
      onChange={value => props.onChange(parseStatus(value))}
    >
      <option value="">{t('common.all')}</option>
      {STATUSES.map(status => (
        <option key={status} value={status}>
          {t(STATUS_LOOKS[status].label)}
        </option>
      ))}
    </Select>
  );
}

/** A status as the URL has it; undefined for anything else. */
export function parseStatus(text: string | null): Status | undefined {
  return STATUSES.find(status => status === text);
}
