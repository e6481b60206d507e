export interface Config {
  modelCi?: {
    /**
     * Host names, without ports, by which the backend is called beyond those of app.baseUrl, backend.baseUrl,
     * backend.listen and discovery.endpoints, for example by a proxy. Only for backends that use refuseForeignRequests.
     */
    allowedHosts?: string[];
    /** Registries of container images, for every executor that builds images or runs those that stages have built. */
    registries?: Array<{
      /** As names of images begin, for example registry.example:5000. */
      host: string;
      /** For pulling from it and pushing to it. */
      username?: string;
      /** @visibility secret */
      password?: string;
      /**
       * Path under which images that stages build are pushed, for example models. Without it nothing is pushed there.
       * If no registry has one, images stay on the Docker Engine that built them, and a backend whose Kubernetes clusters have
       * `imageBuilds` does not start.
       */
      push?: string;
    }>;
  };
}
