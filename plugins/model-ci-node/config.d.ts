export interface Config {
  modelCi?: {
    /**
     * Host names, without ports, by which the backend is called beyond those of app.baseUrl, backend.baseUrl,
     * backend.listen and discovery.endpoints, for example by a proxy. Only for backends that use refuseForeignRequests.
     */
    allowedHosts?: string[];
  };
}
