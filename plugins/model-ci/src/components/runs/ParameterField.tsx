import { useId } from 'react';
import Checkbox from '@material-ui/core/Checkbox';
import FormControl from '@material-ui/core/FormControl';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import FormHelperText from '@material-ui/core/FormHelperText';
import TextField from '@material-ui/core/TextField';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { ParameterDefinition } from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiTranslationRef } from '../../translation';

/** What a field of the form holds until it is sent. */
export type FieldValue = string | boolean;

/** A field for one parameter: its kind, its limits and its help are those of the definition. */
export function ParameterField(props: {
  name: string;
  definition: ParameterDefinition;
  /** Undefined until the user changes it. */
  value: FieldValue | undefined;
  onChange(value: FieldValue): void;
}) {
  const { definition } = props;
  return definition.type === 'boolean' ? (
    <BooleanField {...props} definition={definition} />
  ) : (
    <ValueField {...props} definition={definition} />
  );
}

type OfType<TType extends ParameterDefinition['type']> = Extract<
  ParameterDefinition,
  { type: TType }
>;

interface FieldProps<TDefinition> {
  name: string;
  definition: TDefinition;
  value: FieldValue | undefined;
  onChange(value: FieldValue): void;
}

function BooleanField(props: FieldProps<OfType<'boolean'>>) {
  const { name, definition, value, onChange } = props;
  const id = useId();
  return (
    <FormControl fullWidth margin="dense">
      <FormControlLabel
        label={definition.title ?? name}
        control={
          <Checkbox
            color="primary"
            checked={Boolean(value ?? definition.default ?? false)}
            onChange={event => onChange(event.target.checked)}
            inputProps={{ 'aria-describedby': id }}
          />
        }
      />
      {definition.description && (
        <FormHelperText id={id}>{definition.description}</FormHelperText>
      )}
    </FormControl>
  );
}

function ValueField(
  props: FieldProps<Exclude<ParameterDefinition, { type: 'boolean' }>>,
) {
  const { name, definition, value, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const id = useId();
  const limits = useLimits(definition);
  const shown = value ?? definition.default ?? '';
  return (
    <TextField
      fullWidth
      margin="dense"
      id={id}
      label={definition.title ?? name}
      helperText={[definition.description, limits].filter(Boolean).join(' ')}
      required={definition.default === undefined}
      value={String(shown)}
      onChange={event => onChange(event.target.value)}
      InputLabelProps={{ shrink: true }}
      {...inputOf(definition)}
    >
      {definition.type === 'enum' && [
        ...(definition.default === undefined
          ? [
              <option key="" value="" disabled>
                {t('runs.startDialog.choose')}
              </option>,
            ]
          : []),
        ...definition.values.map(choice => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        )),
      ]}
    </TextField>
  );
}

function inputOf(
  definition: Exclude<ParameterDefinition, { type: 'boolean' }>,
) {
  switch (definition.type) {
    case 'enum':
      return { select: true, SelectProps: { native: true } };
    case 'string':
      return {
        inputProps: { maxLength: definition.maxLength, spellCheck: false },
      };
    default: {
      const { min, max } = definition;
      const step = definition.type === 'integer' ? 1 : 'any';
      return { type: 'number', inputProps: { min, max, step } };
    }
  }
}

function useLimits(
  definition: Exclude<ParameterDefinition, { type: 'boolean' }>,
): string | undefined {
  const { t } = useTranslationRef(modelCiTranslationRef);
  if (definition.type !== 'integer' && definition.type !== 'number') {
    return undefined;
  }
  const min = definition.min === undefined ? undefined : String(definition.min);
  const max = definition.max === undefined ? undefined : String(definition.max);
  if (min !== undefined && max !== undefined) {
    return t('runs.startDialog.between', { min, max });
  }
  if (min !== undefined) {
    return t('runs.startDialog.atLeast', { min });
  }
  return max === undefined ? undefined : t('runs.startDialog.atMost', { max });
}
