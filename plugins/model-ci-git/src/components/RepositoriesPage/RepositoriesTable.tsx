import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import type { GitRepository } from '@model-ci/backstage-plugin-model-ci-common';
import {
  Code,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { useCatalogEntities } from '../../hooks/useCatalogEntities';
import { repositoryRouteRef } from '../../routes';
import { gitHostTranslationRef } from '../../translation';

/** One page of repositories. */
export function RepositoriesTable(props: { repositories: GitRepository[] }) {
  const { t } = useTranslationRef(gitHostTranslationRef);
  const classes = useTableStyles();
  const repositoryUrl = useRouteRef(repositoryRouteRef);
  const entities = useCatalogEntities(props.repositories);
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{t('repositories.caption')}</caption>
        <TableHead>
          <TableRow>
            <TableCell>{t('repositories.name')}</TableCell>
            <TableCell>{t('repositories.owner')}</TableCell>
            <TableCell>{t('repositories.entity')}</TableCell>
            <TableCell>{t('repositories.cloneUrl')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.repositories.map(repository => {
            const { name, description, owner, cloneUrl } = repository;
            const entity = entities.get(name);
            return (
              <TableRow key={name}>
                <TableCell>
                  <Link to={repositoryUrl({ name })}>{name}</Link>
                  {description && (
                    <Typography variant="body2" color="textSecondary">
                      {description}
                    </Typography>
                  )}
                </TableCell>
                <TableCell className={classes.nowrap}>
                  <EntityRefLink entityRef={owner} />
                </TableCell>
                <TableCell>
                  {entity && <EntityRefLink entityRef={entity} />}
                </TableCell>
                <TableCell>
                  <Code
                    inline
                    text={cloneUrl}
                    copyLabel={t('repositories.copyCloneUrl', { name })}
                  />
                </TableCell>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
    </div>
  );
}
