import type { Request, Response } from 'express';

/** Answers an error in Backstage's format. */
export function sendError(
  req: Request,
  res: Response,
  options: {
    status: number;
    name: string;
    message: string;
    retryAfterSeconds?: number;
    /** Ends the connection, where the rest of the request is not going to be read. */
    close?: boolean;
  },
): void {
  if (res.headersSent || res.destroyed) {
    res.destroy();
    return;
  }
  if (options.retryAfterSeconds !== undefined) {
    res.setHeader('Retry-After', String(options.retryAfterSeconds));
  }
  if (options.close) {
    res.setHeader('Connection', 'close');
  }
  res.status(options.status).json({
    error: { name: options.name, message: options.message },
    request: { method: req.method, url: req.originalUrl },
    response: { statusCode: options.status },
  });
}
