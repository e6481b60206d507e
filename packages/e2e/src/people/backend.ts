/** A portal with pages, for browsers in which several people are signed in, who may do everything. */
import { createTestBackend } from '../hostile/createTestBackend';

const backend = createTestBackend();
backend.add(import('@backstage/plugin-app-backend'));
backend.add(
  import('@backstage/plugin-permission-backend-module-allow-all-policy'),
);
backend.add(import('@backstage/plugin-user-settings-backend'));
backend.start();
