export {
  refuseForeignRequests,
  type ForeignRequestsOptions,
} from './refuseForeignRequests';
