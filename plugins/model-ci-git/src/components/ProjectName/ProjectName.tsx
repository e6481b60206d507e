import { useState } from 'react';
import TextField from '@material-ui/core/TextField';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import useAsync from 'react-use/esm/useAsync';
import useDebounce from 'react-use/esm/useDebounce';
import { gitHostApiRef } from '../../api';
import { gitHostTranslationRef } from '../../translation';
import { findRefusals, type NameRefusal } from './findRefusals';
import { nameCheckOf, type NameCheck } from './nameCheck';
import { wordRefusals } from './wordRefusals';

const TYPING_PAUSE = 300;

/** The name of a new project, which is refused while it is typed if something has it already. */
export function ProjectName(props: FieldExtensionComponentProps<string>) {
  const { uiSchema, schema, formContext, idSchema, rawErrors = [] } = props;
  const check = nameCheckOf({
    name: props.formData,
    schema,
    options: uiSchema['ui:options'],
    formData: formContext?.formData ?? {},
  });
  const answer = useNameCheck(check);
  const said = useAnswerText(answer, rawErrors);
  return (
    <TextField
      id={idSchema.$id}
      label={schema.title}
      helperText={
        <>
          {schema.description}
          {said.map(text => (
            <span key={text} style={{ display: 'block' }}>
              {text}
            </span>
          ))}
        </>
      }
      FormHelperTextProps={{ 'aria-live': 'polite' }}
      placeholder={uiSchema['ui:placeholder']}
      value={props.formData ?? ''}
      onChange={event => props.onChange(event.target.value || undefined)}
      onBlur={() => props.onBlur(idSchema.$id, props.formData)}
      error={answer.refusals.length > 0 || rawErrors.length > 0}
      required={props.required}
      disabled={props.disabled}
      inputProps={{ autoComplete: 'off', autoFocus: uiSchema['ui:autofocus'] }}
      margin="normal"
      fullWidth
    />
  );
}

type Answer =
  | { state: 'none' | 'checking' | 'unknown'; refusals: [] }
  | { state: 'answered'; name: string; refusals: NameRefusal[] };

function useNameCheck(check: NameCheck | undefined): Answer {
  const catalog = useApi(catalogApiRef);
  const gitHost = useApi(gitHostApiRef);
  const key = JSON.stringify(check);
  const [settled, setSettled] = useState({ key, check });
  useDebounce(() => setSettled({ key, check }), TYPING_PAUSE, [key]);
  const asked = useAsync(
    async () =>
      settled.check &&
      (await findRefusals({ catalog, gitHost }, settled.check)),
    [settled.key],
  );
  if (!check) {
    return { state: 'none', refusals: [] };
  }
  if (settled.key !== key || asked.loading) {
    return { state: 'checking', refusals: [] };
  }
  return asked.value
    ? { state: 'answered', name: check.name, refusals: asked.value }
    : { state: 'unknown', refusals: [] };
}

/** What the form itself shows as errors already is not said twice. */
function useAnswerText(answer: Answer, rawErrors: string[]): string[] {
  const { t } = useTranslationRef(gitHostTranslationRef);
  switch (answer.state) {
    case 'none':
      return [];
    case 'checking':
      return [t('projectName.checking')];
    case 'unknown':
      return [t('projectName.unknown')];
    default:
      return answer.refusals.length === 0
        ? [t('projectName.available', { name: answer.name })]
        : wordRefusals(t, answer.refusals).filter(
            text => !rawErrors.includes(text),
          );
  }
}
