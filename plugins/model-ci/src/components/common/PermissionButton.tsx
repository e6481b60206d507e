import type { ReactElement, ReactNode } from 'react';
import { cloneElement } from 'react';
import Button, { type ButtonProps } from '@material-ui/core/Button';
import Tooltip from '@material-ui/core/Tooltip';
import { parseEntityRef } from '@backstage/catalog-model';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type { ResourcePermission } from '@backstage/plugin-permission-common';
import { usePermission } from '@backstage/plugin-permission-react';
import {
  endpointInvokePermission,
  pipelineCancelPermission,
  pipelineDeployPermission,
  pipelineRunPermission,
  stageDecidePermission,
  tokenManagePermission,
} from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiTranslationRef } from '../../translation';

const PERMISSIONS: Record<PipelineAction, ResourcePermission> = {
  run: pipelineRunPermission,
  cancel: pipelineCancelPermission,
  decide: stageDecidePermission,
  deploy: pipelineDeployPermission,
  invoke: endpointInvokePermission,
  token: tokenManagePermission,
};

/** What a user may want to do with a pipeline. */
export type PipelineAction =
  | 'run'
  | 'cancel'
  | 'decide'
  | 'deploy'
  | 'invoke'
  | 'token';

export interface ActionPermission {
  allowed: boolean;
  /** Why the user may not, in words; undefined if they may. */
  reason?: string;
}

/** Whether the user may do something with a pipeline and, if not, why and who can. */
export function useActionPermission(
  action: PipelineAction,
  pipelineRef: string,
  owner?: string,
): ActionPermission {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const { loading, allowed, error } = usePermission({
    permission: PERMISSIONS[action],
    resourceRef: pipelineRef,
  });
  if (allowed) {
    return { allowed };
  }
  if (loading) {
    return { allowed, reason: t('permission.loading') };
  }
  if (error) {
    return {
      allowed,
      reason: t('permission.failed', { message: error.message }),
    };
  }
  return {
    allowed,
    reason: t(`permission.${action}`, {
      owner: owner ? ownerName(owner) : t('permission.ownerUnknown'),
    }),
  };
}

function ownerName(ref: string): string {
  try {
    return parseEntityRef(ref).name;
  } catch {
    return ref;
  }
}

/**
 * A control that is off for a reason which is said aloud. It stays reachable by keyboard and is
 * marked with `aria-disabled`, because a really disabled button can neither be focused nor hovered.
 */
export function ExplainedControl(props: {
  /** Why it is off; it is on without one. */
  reason?: string;
  /** Said where it is on. */
  title?: string;
  children: ReactElement;
}) {
  const { reason, title, children } = props;
  const control =
    reason === undefined
      ? children
      : cloneElement(children, {
          'aria-disabled': true,
          'aria-description': reason,
          onClick: (event: { preventDefault(): void }) =>
            event.preventDefault(),
          style: {
            ...children.props.style,
            opacity: 0.5,
            cursor: 'not-allowed',
          },
          disableRipple: true,
        });
  // Always inside a tooltip, so that the control stays the same element when the answer arrives.
  return <Tooltip title={reason ?? title ?? ''}>{control}</Tooltip>;
}

export type PermissionButtonProps = Omit<ButtonProps, 'action'> & {
  action: PipelineAction;
  pipelineRef: string;
  /** Entity ref of the pipeline's owner, named to a user who may not. */
  owner?: string;
  /** A further reason that keeps the button off, where the permission does not. */
  reason?: string;
  children: ReactNode;
};

/** A button that is off, and says why, for users who may not do what it does. */
export function PermissionButton(props: PermissionButtonProps) {
  const { action, pipelineRef, owner, reason, title, ...button } = props;
  const permission = useActionPermission(action, pipelineRef, owner);
  return (
    <ExplainedControl reason={permission.reason ?? reason} title={title}>
      <Button {...button} />
    </ExplainedControl>
  );
}
