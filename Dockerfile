# Two images: `corsd` (the last stage, so also the default) and `demo` (the sample service and page).

FROM node:24-slim AS build
WORKDIR /corsd
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.base.json ./
COPY src src
RUN npm run build

FROM node:24-slim AS packages
WORKDIR /corsd
COPY package.json package-lock.json ./
# Not the optional packages: they bring a Node 24, which is here already.
RUN npm ci --ignore-scripts --omit=dev --omit=optional
RUN mkdir /empty

# docker build --target demo
FROM build AS demo
COPY envoy envoy
COPY demo demo
# A fresh volume takes its owner from here; the configuration for Envoy is written there.
RUN install -d -o node -g node /etc/corsd-demo
USER node

# Node and nothing else: no shell, no package manager. Its tags name no versions; for builds that repeat, add the digest.
FROM gcr.io/distroless/nodejs24-debian12:nonroot AS corsd
WORKDIR /corsd
ENV NODE_ENV=production
COPY package.json ./
COPY --from=packages /corsd/node_modules node_modules
COPY --from=build /corsd/dist dist
# For a socket shared with Envoy: a fresh volume takes its owner from here.
COPY --from=packages --chown=65532:65532 /empty /run/corsd
# By number, so that Kubernetes can see that it is not root.
USER 65532:65532
# By the admin listener, which is where it is whatever --listen says.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --start-interval=1s --retries=3 \
  CMD ["/nodejs/bin/node", "dist/main.js", "probe", "--admin", "127.0.0.1:9905"]
# A small young generation: finished streams survive its collections, which then take long.
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=4", "dist/main.js"]
CMD ["serve", "--policy", "/etc/corsd/policies.yaml", "--listen", "unix:/run/corsd/corsd.sock"]
