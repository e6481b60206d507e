import { parseEntityRef } from '@backstage/catalog-model';
import { EntityRefLink } from '@backstage/plugin-catalog-react';

/** Who did something: a link for a user or a group of the catalog, plain text for a service. */
export function UserLink(props: { entityRef: string }) {
  let kind: string;
  try {
    kind = parseEntityRef(props.entityRef).kind;
  } catch {
    return <span>{props.entityRef}</span>;
  }
  return ['user', 'group'].includes(kind.toLocaleLowerCase('en-US')) ? (
    <EntityRefLink entityRef={props.entityRef} hideIcon />
  ) : (
    <span>{props.entityRef}</span>
  );
}
