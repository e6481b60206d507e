/** The portal that is attacked: with several users, and a policy that keeps teams apart. */
import { createTestBackend } from './createTestBackend';

const backend = createTestBackend();
backend.add(import('./teamPolicy'));
backend.start();
