import { Route, Routes } from 'react-router-dom';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { useRouteRefParams } from '@backstage/core-plugin-api';
import { ErrorPage } from '@backstage/core-components';
import { MODEL_PIPELINE_KIND } from '@model-ci/backstage-plugin-model-ci-common';
import {
  FrameProvider,
  type Frame,
} from '@model-ci/backstage-plugin-model-ci-react';
import {
  importRouteRef,
  nodesRouteRef,
  registerRouteRef,
  runRouteRef,
  runsRouteRef,
  versionRouteRef,
} from '../../routes';
import { ImportPage } from '../ImportPage';
import { NodesPage } from '../NodesPage';
import { PipelinesPage } from '../PipelinesPage';
import { RegisterPage } from '../RegisterPage';
import { RunPage } from '../RunPage';
import { RunsPage } from '../RunsPage';
import { VersionPage } from '../VersionPage';

/** Everything below `/model-ci`. */
export function ModelCiPage(props: { frame?: Frame }) {
  return (
    <FrameProvider value={props.frame ?? 'legacy'}>
      <Routes>
        <Route path="/" element={<PipelinesPage />} />
        <Route path={nodesRouteRef.path} element={<NodesPage />} />
        <Route path={importRouteRef.path} element={<ImportPage />} />
        <Route path={registerRouteRef.path} element={<RegisterPage />} />
        <Route path={runsRouteRef.path} element={<RunsPage />} />
        <Route path={runRouteRef.path} element={<RunRoute />} />
        <Route path={versionRouteRef.path} element={<VersionRoute />} />
        <Route path="*" element={<ErrorPage status="404" statusMessage="" />} />
      </Routes>
    </FrameProvider>
  );
}

function RunRoute() {
  const { runId } = useRouteRefParams(runRouteRef);
  return <RunPage key={runId} runId={runId} />;
}

function VersionRoute() {
  const { namespace, name, version } = useRouteRefParams(versionRouteRef);
  const number = Number(version);
  if (!Number.isSafeInteger(number) || number < 1) {
    return <ErrorPage status="404" statusMessage="" />;
  }
  const pipelineRef = stringifyEntityRef({
    kind: MODEL_PIPELINE_KIND,
    namespace,
    name,
  });
  return (
    <VersionPage
      key={`${pipelineRef} ${version}`}
      pipelineRef={pipelineRef}
      version={number}
    />
  );
}
