import { useId } from 'react';
import FormControl from '@material-ui/core/FormControl';
import InputLabel from '@material-ui/core/InputLabel';
import NativeSelect from '@material-ui/core/NativeSelect';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  STATUSES,
  type Status,
} from '@model-ci/backstage-plugin-model-ci-common';
import { STATUS_LOOKS } from '../../status';
import { modelCiTranslationRef } from '../../translation';

/** Chooses one status of runs, or all of them. */
export function StatusFilter(props: {
  label: string;
  value?: Status;
  onChange: (status: Status | undefined) => void;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const id = useId();
  return (
    <FormControl style={{ minWidth: 140 }}>
      <InputLabel htmlFor={id} shrink>
        {props.label}
      </InputLabel>
      <NativeSelect
        id={id}
        value={props.value ?? ''}
        onChange={event => props.onChange(parseStatus(event.target.value))}
      >
        <option value="">{t('common.all')}</option>
        {STATUSES.filter(status => status !== 'skipped').map(status => (
          <option key={status} value={status}>
            {t(STATUS_LOOKS[status].label)}
          </option>
        ))}
      </NativeSelect>
    </FormControl>
  );
}

/** A status as the URL has it; undefined for anything else. */
export function parseStatus(text: string | null): Status | undefined {
  return STATUSES.find(status => status === text);
}
