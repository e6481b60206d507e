import type { ReactNode } from 'react';
import Button from '@material-ui/core/Button';
import Alert from '@material-ui/lab/Alert';
import { Progress } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  errorMessage,
  ErrorNotice,
  type Resource,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiTranslationRef } from '../../translation';

/** Draws what was fetched, or that it is being fetched, or why it could not be. Old data stays in sight beside a later error. */
export function ResourceView<T>(props: {
  resource: Resource<T>;
  children: (data: T) => ReactNode;
  /** Heading of the error. */
  errorTitle?: string;
  /** Shown while there is nothing else. */
  placeholder?: ReactNode;
}) {
  const { resource, children, errorTitle, placeholder } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  if (resource.data === undefined) {
    return resource.error ? (
      <ErrorNotice
        error={resource.error}
        title={errorTitle}
        onRetry={resource.reload}
      />
    ) : (
      <>{placeholder ?? <Progress />}</>
    );
  }
  return (
    <>
      {resource.error && (
        <Alert
          severity="warning"
          variant="outlined"
          action={
            <Button color="inherit" size="small" onClick={resource.reload}>
              {t('common.retry')}
            </Button>
          }
        >
          {t('common.refreshFailed', {
            message: errorMessage(resource.error),
          })}
        </Alert>
      )}
      {children(resource.data)}
    </>
  );
}
