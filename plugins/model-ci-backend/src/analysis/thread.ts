import { serveThread } from '../threads/serveThread';
import { createAnalyses } from './createAnalyses';

/** This file, which is also where a thread begins. */
export const THREAD_FILE = __filename;
export const ROLE = 'model-ci-analysis';

serveThread(ROLE, createAnalyses);
