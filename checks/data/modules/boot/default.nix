# GRUB in the boot sector, with few systems in its menu.
{
  example.nixsmith.boot = {
    enable = true;
    loader = "grub-bios";
    device = "/dev/disk/by-id/ata-EXAMPLE";
    generations = 5;
    quiet = true;
    temporaryInMemory = true;
  };

  values = config: {
    grub = {
      inherit (config.boot.loader.grub)
        enable
        configurationLimit
        devices
        efiSupport
        ;
    };
    systemdBoot = config.boot.loader.systemd-boot.enable;
    timeout = config.boot.loader.timeout;
    temporary = config.boot.tmp.useTmpfs;
    quiet = builtins.elem "quiet" config.boot.kernelParams;
  };

  second = {
    example.nixsmith.boot = {
      enable = true;
      editor = true;
      kernel = "latest";
    };
    values = config: {
      systemdBoot = {
        inherit (config.boot.loader.systemd-boot) enable configurationLimit editor;
      };
      grub = config.boot.loader.grub.enable;
      efi = config.boot.loader.efi.canTouchEfiVariables;
      initrd = config.boot.initrd.systemd.enable;
      quiet = builtins.elem "quiet" config.boot.kernelParams;
    };
  };

  refused = {
    no-disk = {
      config.nixsmith.boot = {
        enable = true;
        loader = "grub-bios";
      };
      names = "nixsmith.boot.device";
    };
    disk-on-efi = {
      config.nixsmith.boot = {
        enable = true;
        device = "/dev/sda";
      };
      names = "nixsmith.boot.device";
    };
    editor-of-grub = {
      config.nixsmith.boot = {
        enable = true;
        loader = "grub";
        editor = true;
      };
      names = "nixsmith.boot.editor";
    };
  };
  mistyped = {
    unknown-loader.loader = "lilo";
    empty-menu.generations = 0;
  };
}
