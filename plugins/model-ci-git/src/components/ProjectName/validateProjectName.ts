import { translationApiRef } from '@backstage/core-plugin-api/alpha';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import type { CustomFieldValidator } from '@backstage/plugin-scaffolder-react';
import { gitHostApiRef } from '../../api';
import { gitHostTranslationRef } from '../../translation';
import { findRefusals, type NameRefusal } from './findRefusals';
import { nameCheckOf } from './nameCheck';
import { wordRefusals } from './wordRefusals';

/** Keeps the form on its page while the name is taken, or the owner may not have another repository. */
export const validateProjectName: CustomFieldValidator<string> = async (
  name,
  field,
  { apiHolder, formData, schema, uiSchema },
) => {
  const catalog = apiHolder.get(catalogApiRef);
  const gitHost = apiHolder.get(gitHostApiRef);
  const texts = apiHolder
    .get(translationApiRef)
    ?.getTranslation(gitHostTranslationRef);
  const options = uiSchema?.['ui:options'];
  const check = nameCheckOf({ name, schema, options, formData });
  if (!check || !catalog || !gitHost || !texts?.ready) {
    return;
  }
  let refusals: NameRefusal[];
  try {
    refusals = await findRefusals({ catalog, gitHost }, check);
  } catch {
    // Shown beside the field. The creation checks again, so that an outage keeps nobody from the next page.
    return;
  }
  wordRefusals(texts.t, refusals).forEach(text => field.addError(text));
};
