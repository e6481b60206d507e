import { Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import type { ReactNode } from 'react';
import { runRouteRef } from '../../routes';

/** Link to a run's page; its number where there are no children. */
export function RunLink(props: {
  runId: string;
  number: number;
  /** The stage whose gates are shown; if absent, the page chooses what to show. */
  gatesOf?: string;
  children?: ReactNode;
}) {
  const { runId, number, gatesOf, children } = props;
  const runPath = useRouteRef(runRouteRef);
  return (
    <Link
      to={
        gatesOf === undefined
          ? runPath({ runId })
          : `${runPath({ runId })}?${new URLSearchParams({
              stage: gatesOf,
              tab: 'gates',
            })}`
      }
    >
      {children ?? `#${number}`}
    </Link>
  );
}
