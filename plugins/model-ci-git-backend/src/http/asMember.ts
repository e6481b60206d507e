import type {
  AuditorService,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import type { ResourcePermission } from '@backstage/plugin-permission-common';
import {
  type GitPullRequest,
  gitRepositoryReadPermission,
  gitRepositoryWritePermission,
  reason,
} from '@model-ci/backstage-plugin-model-ci-common';
import type { Request } from 'express';
import type { RepositoryRow } from '../database/tables';
import type { KnownUser, UserDirectory } from '../owners/UserDirectory';
import type { RepositoryAuthorizer } from '../permissions/RepositoryAuthorizer';
import type { RepositoryService } from '../repositories/RepositoryService';
import { audited } from './audited';

export interface MemberOptions {
  repositories: Pick<RepositoryService, 'find'>;
  authorizer: RepositoryAuthorizer;
  users: UserDirectory;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
}

/** Who changes a pull request. */
export interface Member {
  user: KnownUser;
  /** Refuses what the permission policy does not grant. */
  demand(permission: ResourcePermission): Promise<void>;
}

/** Changes a pull request in the name of somebody who may push to the repository, on the record of the audit. */
export async function asMember(
  req: Request,
  action: 'open' | 'close' | 'reopen' | 'merge',
  options: MemberOptions,
  change: (row: RepositoryRow, member: Member) => Promise<GitPullRequest>,
): Promise<GitPullRequest> {
  const { auditor, authorizer, httpAuth, repositories, users } = options;
  const credentials = await httpAuth.credentials(req, { allow: ['user'] });
  const { number } = req.params;
  const name = repositoryOf(req);
  const event = {
    eventId: 'pull-request',
    severityLevel: 'medium' as const,
    request: req,
    meta: { repository: name, action, ...(number && { number }) },
  };
  const demand = (permission: ResourcePermission) =>
    authorizer.requireFor(credentials, permission, name);
  return await audited(auditor, event, async describe => {
    await demand(gitRepositoryReadPermission);
    await demand(gitRepositoryWritePermission);
    const row = await repositories.find(name);
    const user = await users.requireOwner(
      credentials.principal.userEntityRef,
      row.owner_ref,
      reason('gitHost.action.pullRequests', { repository: name }),
    );
    const { bypass, head, ...changed } = await change(row, { user, demand });
    describe({
      ...{ number: changed.number, head },
      ...(bypass && { bypassReason: bypass.reason }),
    });
    return { ...changed, head, bypass };
  });
}

/** Of the router around this one, whose parameters express does not type. */
export function repositoryOf(req: Request): string {
  return req.params.name;
}
