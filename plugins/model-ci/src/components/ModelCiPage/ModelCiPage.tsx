import { Route, Routes } from 'react-router-dom';
import { useRouteRefParams } from '@backstage/core-plugin-api';
import { ErrorPage } from '@backstage/core-components';
import {
  FrameProvider,
  type Frame,
} from '@model-ci/backstage-plugin-model-ci-react';
import { nodesRouteRef, runRouteRef } from '../../routes';
import { NodesPage } from '../NodesPage';
import { PipelinesPage } from '../PipelinesPage';
import { RunPage } from '../RunPage';

/** Everything below `/model-ci`. */
export function ModelCiPage(props: { frame?: Frame }) {
  return (
    <FrameProvider value={props.frame ?? 'legacy'}>
      <Routes>
        <Route path="/" element={<PipelinesPage />} />
        <Route path={nodesRouteRef.path} element={<NodesPage />} />
        <Route path={runRouteRef.path} element={<RunRoute />} />
        <Route path="*" element={<ErrorPage status="404" statusMessage="" />} />
      </Routes>
    </FrameProvider>
  );
}

function RunRoute() {
  const { runId } = useRouteRefParams(runRouteRef);
  return <RunPage key={runId} runId={runId} />;
}
