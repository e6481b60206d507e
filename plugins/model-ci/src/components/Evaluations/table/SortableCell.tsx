import type { ReactNode } from 'react';
import TableCell from '@material-ui/core/TableCell';
import TableSortLabel from '@material-ui/core/TableSortLabel';
import type { Order } from './sorting';

/** The heading of a column that the table can be sorted by. */
export function SortableCell(props: {
  column: string;
  order: Order;
  align?: 'left' | 'right';
  onSort(order: Order): void;
  children: ReactNode;
}) {
  const { column, order, align, onSort, children } = props;
  const active = order.column === column;
  const ariaSort = order.descending ? 'descending' : 'ascending';
  return (
    <TableCell align={align} aria-sort={active ? ariaSort : undefined}>
      <TableSortLabel
        active={active}
        direction={active && order.descending ? 'desc' : 'asc'}
        onClick={() =>
          onSort({ column, descending: active ? !order.descending : false })
        }
      >
        {children}
      </TableSortLabel>
    </TableCell>
  );
}
