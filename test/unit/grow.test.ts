import { expect } from "chai";
import { MadeUpVm } from "../support/made-up-vm.ts";

const MOUNT = "/mnt/HC_Volume_1";
const GB = 1_000_000_000;

describe("the data volume's file system", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.write("programs/sleep", "#!/bin/bash\necho slept >>$STATE/log\n");
    for (const name of ["resize2fs", "xfs_growfs"]) {
      vm.write(`programs/${name}`, `#!/bin/bash\necho "${name} $*" >>$STATE/log\n`);
    }
  });
  afterEach(() => vm.remove());

  /** How the volume is mounted, and how many GB its device has; with each look at it, the next of them. */
  const grow = async (source: string, kind: string, ...sizes: number[]) => {
    vm.write(
      "programs/findmnt",
      `#!/bin/bash\n[[ $* == *SOURCE* ]] && echo '${source}' || echo ${kind}\n`,
    );
    vm.write("sizes", sizes.map((size) => `${size * GB}\n`).join(""));
    vm.write(
      "programs/blockdev",
      '#!/bin/bash\nhead -n 1 $STATE/sizes\n[ "$(wc -l <$STATE/sizes)" = 1 ] || sed -i 1d $STATE/sizes\n',
    );
    const { code, output } = await vm.run("grow", ["20"], {}, MOUNT);
    return { code, output, log: vm.read("log") };
  };

  it("grows by ext4's program or XFS's, while it is mounted", async () => {
    const device = "/dev/onebox-made-up";
    expect(await grow(device, "ext4", 21)).to.include({ code: 0, log: `resize2fs ${device}\n` });
    vm.write("log", "");
    expect(await grow(device, "xfs", 21)).to.include({ code: 0, log: `xfs_growfs ${MOUNT}\n` });
  });

  it("waits until the kernel has noticed that the device is larger", async () => {
    const { log } = await grow("/dev/onebox-made-up", "ext4", 10, 10, 21);
    expect(log).to.equal("slept\nslept\nresize2fs /dev/onebox-made-up\n");
  });

  it("names the fix when it never does", async () => {
    const { code, output, log } = await grow("/dev/onebox-made-up", "ext4", 10);
    expect(code).to.equal(1);
    expect(output).to.match(/error: the volume has 20 GB, but its device .* is smaller; .*reboot/);
    expect(log).not.to.include("resize2fs");
  });

  it("is left alone where the volume is a folder, or its file system another one", async () => {
    for (const source of ["/dev/vda1[/var/lib/volumes/1]", "overlay", "overlay[/x]", "tank/data"]) {
      expect(await grow(source, "ext4", 10), source).to.deep.equal({
        code: 0,
        output: "",
        log: "",
      });
    }
    const { code, output, log } = await grow("/dev/onebox-made-up", "btrfs", 21);
    expect({ code, log }).to.deep.equal({ code: 0, log: "" });
    expect(output).to.match(/warning: .* is btrfs/);
  });
});
