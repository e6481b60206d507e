import Checkbox from '@material-ui/core/Checkbox';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { ExampleComparison } from '@model-ci/backstage-plugin-model-ci-common';
import { useTableStyles } from '@model-ci/backstage-plugin-model-ci-react';
import { useUrlState } from '../../../hooks';
import { modelCiTranslationRef } from '../../../translation';
import { Select } from '../../common';
import { DebouncedTextField } from '../../runs';
import {
  CHANGES,
  FLIPS,
  SET_PARTS,
  SORTS,
  writeSet,
  writeSlice,
} from './query';

/** Which examples are shown, and in which order; all of it is in the URL. */
export function ExampleFilters(props: {
  versions: number[];
  data: ExampleComparison;
}) {
  const { versions, data } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useTableStyles();
  const { params, set } = useUrlState();
  const isKnown = data.higherIsBetter !== undefined;
  // A place in one list is none in another.
  const choose = (name: string, value: string | undefined) =>
    set({ [name]: value, cursor: undefined });
  const select = (name: string) => ({
    value: params.get(name) ?? '',
    onChange: (value: string) => choose(name, value),
  });
  return (
    <div className={classes.filters}>
      {versions.length > 2 && (
        <Select
          label={t('examples.with')}
          value={String(data.versions[1])}
          onChange={value => choose('with', value)}
        >
          {versions.slice(1).map(version => (
            <option key={version} value={version}>
              {t('evaluations.versionLabel', { version: String(version) })}
            </option>
          ))}
        </Select>
      )}
      {data.sets.length > 1 && (
        <Select
          label={t('examples.set')}
          value={data.set ? writeSet(data.set) : ''}
          onChange={value => choose('set', value)}
        >
          {data.sets.map(key => (
            <option key={writeSet(key)} value={writeSet(key)}>
              {SET_PARTS.flatMap(part => key[part] ?? []).join(' · ')}
            </option>
          ))}
        </Select>
      )}
      {data.metrics.length > 1 && (
        <Select
          label={t('examples.by')}
          value={data.metric ?? ''}
          onChange={value => choose('by', value)}
        >
          {data.metrics.map(metric => (
            <option key={metric} value={metric}>
              {metric}
            </option>
          ))}
        </Select>
      )}
      <Select label={t('examples.order')} {...select('order')}>
        {SORTS.map(sort => (
          <option key={sort} value={sort === 'regression' ? '' : sort}>
            {t(`examples.${isKnown ? 'sort' : 'sortOfUnknown'}.${sort}`)}
          </option>
        ))}
      </Select>
      <Select label={t('examples.flips')} {...select('flips')}>
        <option value="">{t('common.all')}</option>
        {isKnown
          ? FLIPS.map(flips => (
              <option key={flips} value={flips}>
                {t(`examples.flip.${flips}`)}
              </option>
            ))
          : CHANGES.map(change => (
              <option key={change} value={change}>
                {t(`examples.flipOfUnknown.${change}`)}
              </option>
            ))}
      </Select>
      {data.slices.length > 0 && (
        <Select label={t('history.part.slice')} {...select('slice')}>
          <option value="">{t('history.whole.slice')}</option>
          {data.slices.map(({ name, values }) => (
            <optgroup key={name} label={name}>
              {values.map(value => (
                <option key={value} value={writeSlice(name, value)}>
                  {`${name}=${value}`}
                </option>
              ))}
            </optgroup>
          ))}
        </Select>
      )}
      <DebouncedTextField
        label={t('examples.text')}
        value={params.get('text') ?? ''}
        onChange={value => choose('text', value)}
      />
      {data.mismatches.length > 0 && (
        <FormControlLabel
          control={
            <Checkbox
              checked={params.get('common') === 'true'}
              onChange={event =>
                choose('common', event.target.checked ? 'true' : undefined)
              }
            />
          }
          label={t('examples.showCommon')}
        />
      )}
    </div>
  );
}
