import express, { type RequestHandler, type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { explainInvalidRequests } from '@model-ci/backstage-plugin-model-ci-node';
import { addArtifactFileRoutes } from './artifactFileRoutes';
import { addArtifactRoutes } from './artifactRoutes';
import { addAttemptRoutes } from './attemptRoutes';
import { addComparisonRoutes } from './comparisonRoutes';
import type { RouteContext } from './context';
import { addDeliveryRoutes } from './deliveryRoutes';
import { addScheduleRoutes } from './scheduleRoutes';
import { addDeploymentRoutes } from './deploymentRoutes';
import { addEndpointRoutes } from './endpointRoutes';
import { createExternalRouter } from './externalRoutes';
import { addGpuRoutes } from './gpuRoutes';
import {
  answerWaiting,
  explainDatabaseAway,
  refuseWhileAway,
} from './databaseAway';
import { hideInternals } from './hideInternals';
import { addHistoryRoutes } from './historyRoutes';
import { limitRequests } from './limitRequests';
import { addImportRoutes } from './importRoutes';
import { addLineageRoutes } from './lineageRoutes';
import { addLogRoutes } from './logRoutes';
import { addMergeCheckRoutes } from './mergeCheckRoutes';
import { addNodeRoutes } from './nodeRoutes';
import { addParityRoutes } from './parityRoutes';
import { addPipelineRoutes } from './pipelineRoutes';
import { addPlatformRoutes } from './platformRoutes';
import { addRepositoryRoutes } from './repositoryRoutes';
import { addRunRoutes } from './runRoutes';
import { addSecretRoutes } from './secretRoutes';
import { addSeriesRoutes } from './seriesRoutes';
import { addCacheRoutes } from './cacheRoutes';
import { addTokenRoutes } from './tokenRoutes';
import { addTransferRoutes } from './transferRoutes';
import { addVersionRoutes } from './versionRoutes';

const MAX_BODY = '100kb';

/** Everything below `/api/model-ci`. `endpointProxy` answers for what is deployed. */
export function createRouter(
  context: RouteContext,
  endpointProxy: RequestHandler,
): Router {
  const router = PromiseRouter();
  router.use(refuseWhileAway(context.database));
  // Bodies of predictions are the model's and pass unread.
  addEndpointRoutes(router, context, endpointProxy);
  // A prediction that is under way needs no database any more.
  router.use(answerWaiting(context.database));
  // Uploads are streamed, and nobody but the attempt asks.
  addTransferRoutes(router, context);
  router.use(createExternalRouter(context));
  router.use(limitRequests(context));
  // Bodies with secrets may be larger than others.
  addSecretRoutes(router, context);
  router.use(express.json({ limit: MAX_BODY }));
  addParityRoutes(router, context);
  addPipelineRoutes(router, context);
  addRunRoutes(router, context);
  addDeliveryRoutes(router, context);
  addScheduleRoutes(router, context);
  addMergeCheckRoutes(router, context);
  addSeriesRoutes(router, context);
  addGpuRoutes(router, context);
  addAttemptRoutes(router, context);
  addLogRoutes(router, context);
  addArtifactRoutes(router, context);
  addArtifactFileRoutes(router, context);
  addHistoryRoutes(router, context);
  addComparisonRoutes(router, context);
  addVersionRoutes(router, context);
  addLineageRoutes(router, context);
  addDeploymentRoutes(router, context);
  addCacheRoutes(router, context);
  addTokenRoutes(router, context);
  addNodeRoutes(router, context);
  addPlatformRoutes(router, context);
  addImportRoutes(router, context);
  addRepositoryRoutes(router, context);
  router.use(explainInvalidRequests);
  router.use(explainDatabaseAway(context.database));
  router.use(hideInternals(context));
  return router;
}
