import type { RootConfigService } from '@backstage/backend-plugin-api';

/** Pages are served by the backend where app-config says nothing else. */
export function readAppUrl(config: RootConfigService): string {
  const url =
    config.getOptionalString('app.baseUrl') ??
    config.getOptionalString('backend.baseUrl') ??
    '';
  return url.replace(/\/+$/, '');
}
