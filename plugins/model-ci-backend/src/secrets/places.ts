import type { GivenSecretRow, SecretRow } from '../database/tables/secrets';
import type { Place } from './Sealer';

/** What a stored secret belongs to. */
export function placeOfSecret({
  id,
  scope,
  subject,
  environment,
  name,
}: Pick<
  SecretRow,
  'id' | 'scope' | 'subject' | 'environment' | 'name'
>): Place {
  return ['secret', id, scope, subject, environment, name];
}

/** What a value that was given away belongs to. */
export function placeOfGiven({
  holder_id,
  name,
}: Pick<GivenSecretRow, 'holder_id' | 'name'>): Place {
  return ['given', holder_id, name];
}
