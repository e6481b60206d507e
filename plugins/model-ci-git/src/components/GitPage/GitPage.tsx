import { Route, Routes } from 'react-router-dom';
import {
  FrameProvider,
  type Frame,
} from '@model-ci/backstage-plugin-model-ci-react';
import {
  pullRequestRouteRef,
  repositoryRouteRef,
  tokensRouteRef,
} from '../../routes';
import { PullRequestPage } from '../PullRequestPage/PullRequestPage';
import { RepositoriesPage } from '../RepositoriesPage/RepositoriesPage';
import { RepositoryPage } from '../RepositoryPage/RepositoryPage';
import { TokensPage } from '../TokensPage/TokensPage';

/** Everything below `/git`. */
export function GitPage(props: {
  /** Which header the app around has; the old one without it. */
  frame?: Frame;
}) {
  return (
    <FrameProvider value={props.frame ?? 'legacy'}>
      <Routes>
        <Route path="/" element={<RepositoriesPage />} />
        <Route path={tokensRouteRef.path} element={<TokensPage />} />
        <Route path={repositoryRouteRef.path} element={<RepositoryPage />} />
        <Route path={pullRequestRouteRef.path} element={<PullRequestPage />} />
      </Routes>
    </FrameProvider>
  );
}
