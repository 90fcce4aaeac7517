import { expect } from "chai";
import { cacheDirectory, cleanEnvironment } from "../../../cli/environment.ts";

describe("the environment that programs get", () => {
  const strange = {
    ...{ CDPATH: "/", BASH_ENV: "/x", ENV: "/x", POSIXLY_CORRECT: "1", NODE_ENV: "production" },
    ...{
      GIT_DIR: "/x",
      GIT_WORK_TREE: "/x",
      GIT_INDEX_FILE: "/x",
      GIT_LITERAL_PATHSPECS: "1",
      npm_config_omit: "dev",
    },
    ...{ TF_WORKSPACE: "x", TF_CLI_ARGS: "-x", TF_CLI_ARGS_plan: "-x", TF_LOG: "trace" },
    ...{ TF_VAR_image: "x", TF_DATA_DIR: "/x", AWS_PROFILE: "x", AWS_SESSION_TOKEN: "x" },
    ...{ COMPOSE_FILE: "/x", COMPOSE_PROJECT_NAME: "x", TAR_OPTIONS: "-v", HCLOUD_TOKEN: "x" },
    ...{ ONEBOX_SECRETS: "/x", ONEBOX_LOG: "/x", "BASH_FUNC_cd%%": "() { echo x; }" },
  };
  const wanted = {
    ...{ PATH: "/bin", HOME: "/home/me", SSH_AUTH_SOCK: "/s", DOCKER_HOST: "tcp://x" },
    ...{ GIT_CONFIG_GLOBAL: "/g", GIT_AUTHOR_NAME: "me", AWS_CA_BUNDLE: "/ca", TMPDIR: "/a b" },
    ...{ https_proxy: "http://proxy", GITHUB_ACTOR: "me", GNUPGHOME: "/gpg", TERM: "xterm" },
    ...{ TF_PLUGIN_CACHE_DIR: "/cache", XDG_CACHE_HOME: "/c" },
  };

  it("holds nothing that would make them do something else, and all the rest", () => {
    expect(cleanEnvironment({ ...strange, ...wanted })).to.deep.equal({ ...wanted, LC_ALL: "C" });
  });

  it("has a home, and numbers with a point, whatever the caller has", () => {
    const clean = cleanEnvironment({ LC_ALL: "de_DE.UTF-8", HOME: "" });
    expect(clean.LC_ALL).to.equal("C");
    expect(clean.HOME).to.match(/^\//);
  });

  it("has the home that the system knows of, where the process itself was told of none", () => {
    const { HOME } = process.env;
    process.env.HOME = "";
    try {
      for (const own of [{}, { HOME: "" }]) {
        expect(cleanEnvironment(own).HOME).to.match(/^\/./);
        expect(cacheDirectory(own)).to.match(/^\/.*\/\.cache\/onebox$/);
      }
    } finally {
      process.env.HOME = HOME;
    }
  });

  it("tells where downloads are kept", () => {
    expect(cacheDirectory({ HOME: "/home/me" })).to.equal("/home/me/.cache/onebox");
    expect(cacheDirectory({ HOME: "/home/me", XDG_CACHE_HOME: "/c" })).to.equal("/c/onebox");
  });
});
