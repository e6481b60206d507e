import TablePagination from '@material-ui/core/TablePagination';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiTranslationRef } from '../../../translation';

export const ROWS_PER_PAGE = 25;

/** Pages of rows that are all there; nothing where one page holds them. */
export function RowPager(props: {
  count: number;
  page: number;
  onPage(page: number): void;
}) {
  const { count, page, onPage } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  if (count <= ROWS_PER_PAGE) {
    return null;
  }
  return (
    <TablePagination
      component="div"
      count={count}
      page={Math.min(page, Math.ceil(count / ROWS_PER_PAGE) - 1)}
      rowsPerPage={ROWS_PER_PAGE}
      rowsPerPageOptions={[ROWS_PER_PAGE]}
      labelDisplayedRows={({ from, to, count: all }) =>
        t('table.rows', {
          from: String(from),
          to: String(to),
          all: String(all),
        })
      }
      backIconButtonText={t('paging.previous')}
      nextIconButtonText={t('paging.next')}
      onPageChange={(_, next) => onPage(next)}
    />
  );
}

/** A page that there is, whatever stands in the URL. */
export function pageOf(text: string | null, count: number): number {
  const page = Number(text ?? 0);
  const last = Math.max(0, Math.ceil(count / ROWS_PER_PAGE) - 1);
  return Number.isSafeInteger(page) && page > 0 ? Math.min(page, last) : 0;
}
