import { useId } from 'react';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { MetricLineHistory } from '@model-ci/backstage-plugin-model-ci-common';
import { shortDigest } from '../../../format';
import { useUrlState } from '../../../hooks';
import { modelCiTranslationRef } from '../../../translation';
import { Select } from '../../common';
import type { Choice } from './lines';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(2),
    alignItems: 'flex-end',
    marginBottom: theme.spacing(1),
    '& select': { maxWidth: 260, textOverflow: 'ellipsis' },
  },
}));

/** As the server takes it for data of which no digest is known. */
const NO_DIGEST = 'none';

/** Chooses the line, the data, the time and the axis; all of it is in the URL. */
export function LineSelection(props: {
  choices: Choice[];
  digests: MetricLineHistory['digests'];
  more: boolean;
}) {
  const { choices, digests, more } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const { params, set } = useUrlState();
  const dates = useId();
  // What was chosen on one line does not belong to another.
  const choose = (changes: Record<string, string | undefined>) =>
    set({ ...changes, point: undefined, page: undefined });
  const data = params.get('data') ?? '';
  return (
    <>
      <div className={classes.root}>
        {choices
          .filter(
            ({ part, options }) => part === 'metric' || options.length > 1,
          )
          .map(({ part, options, chosen }) => (
            <Select
              key={part}
              label={t(`history.part.${part}`)}
              value={chosen}
              onChange={value => choose({ [part]: value, data: undefined })}
            >
              {options.map(option => (
                <option key={option} value={option}>
                  {option || t(`history.whole.${part}`)}
                </option>
              ))}
            </Select>
          ))}
        {(digests.length > 1 || data) && (
          <Select
            label={t('history.data')}
            value={data}
            onChange={value => choose({ data: value })}
          >
            <option value="">{t('common.all')}</option>
            {digests.map(({ digest, points }) => (
              <option key={digest ?? NO_DIGEST} value={digest ?? NO_DIGEST}>
                {t('history.digestOption', {
                  digest: digest ? shortDigest(digest) : t('history.noDigest'),
                  count: points,
                })}
              </option>
            ))}
          </Select>
        )}
        <Select
          label={t('evaluations.scope.label')}
          value={params.get('scope') === 'runs' ? 'runs' : ''}
          onChange={value => choose({ scope: value })}
        >
          <option value="">{t('evaluations.scope.versions')}</option>
          <option value="runs">{t('evaluations.scope.runs')}</option>
        </Select>
        <Select
          label={t('history.axis.label')}
          value={params.get('axis') === 'time' ? 'time' : ''}
          onChange={value => set({ axis: value })}
        >
          <option value="">{t('history.axis.order')}</option>
          <option value="time">{t('history.axis.time')}</option>
        </Select>
        {(['from', 'to'] as const).map(name => (
          <TextField
            key={name}
            id={`${dates}-${name}`}
            type="date"
            label={t(`history.${name}`)}
            value={params.get(name) ?? ''}
            onChange={event => choose({ [name]: event.target.value })}
            InputLabelProps={{ shrink: true }}
          />
        ))}
      </div>
      {more && (
        <Typography variant="body2" color="textSecondary">
          {t('history.moreLines')}
        </Typography>
      )}
    </>
  );
}
