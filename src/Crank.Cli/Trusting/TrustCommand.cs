using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Crank.Cli.Config;
using Crank.Cli.Data;
using Crank.Trust.Certificates;

namespace Crank.Cli.Trusting;

/// <summary><c>crank trust show|export|install|remove</c>: the development authority whose certificates <c>crank up</c> uses beyond loopback.</summary>
internal static class TrustCommand
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static Command Create() => new("trust", "The development authority of this data folder: what others must trust to reach it by https.") { Show(), Export(), Install(), Remove() };

    private static Command Show()
    {
        var command = new Command("show", "Says whose it is and its fingerprint.");
        command.SetAction(GlobalOptions.Guarded((parsed, answer, _) =>
        {
            using var authority = Open(parsed);
            answer.Write(
                () => new JsonObject
                {
                    ["subject"] = authority.Certificate.Subject,
                    ["fingerprint"] = authority.Fingerprint,
                    ["until"] = authority.Certificate.NotAfter.ToUniversalTime().ToString("O"),
                },
                output => output.WriteLine($"{authority.Certificate.Subject}\nsha256 {authority.Fingerprint}\nuntil  {authority.Certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}"));
            return Task.FromResult(ExitCode.Done);
        }));
        return command;
    }

    private static Command Export()
    {
        var command = new Command("export", "Prints its certificate as PEM, e.g. for curl --cacert.");
        command.SetAction(GlobalOptions.Guarded((parsed, answer, _) =>
        {
            using var authority = Open(parsed);
            answer.Output.Write(authority.Pem);
            return Task.FromResult(ExitCode.Done);
        }));
        return command;
    }

    private static Command Install()
    {
        var command = new Command("install", "Makes this machine trust it; needs the rights of an administrator.");
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var authority = Open(parsed);
            var way = Way(authority);
            var file = way.File ?? Path.Combine(Path.GetTempPath(), FileName(authority));
            await File.WriteAllTextAsync(file, authority.Pem, cancellationToken);
            await RunAsync(way.Command, file, authority, cancellationToken);
            answer.Write(() => new JsonObject { ["installed"] = authority.Fingerprint }, output => output.WriteLine($"This machine trusts {authority.Fingerprint} now. 'crank trust remove' takes it back."));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Remove()
    {
        var command = new Command("remove", "Takes an installation back; needs the rights of an administrator.");
        command.SetAction(GlobalOptions.Guarded(async (parsed, answer, cancellationToken) =>
        {
            using var authority = Open(parsed);
            var way = Way(authority);
            var file = way.File ?? Path.Combine(Path.GetTempPath(), FileName(authority));
            if (way.File is not null)
            {
                File.Delete(way.File);
            }

            await RunAsync(way.UndoCommand, file, authority, cancellationToken);
            answer.Write(() => new JsonObject { ["removed"] = authority.Fingerprint }, output => output.WriteLine("This machine does not trust it any more."));
            return ExitCode.Done;
        }));
        return command;
    }

    private static DevelopmentAuthority Open(ParseResult parsed)
    {
        var folder = DataFolder.Open(DataFolder.Locate(GlobalOptions.Data(parsed)));
        var domain = GatewayBinding.Read(ConfigurationOptions.Resolve(parsed).Values).Identity.TrustDomain;
        return DevelopmentAuthority.OpenOrCreate(Path.Combine(folder.Root, "tls"), domain, TimeProvider.System.GetUtcNow());
    }

    private static TrustInstallation Way(DevelopmentAuthority authority) =>
        TrustInstallation.For(FileName(authority), OperatingSystem.IsWindows(), OperatingSystem.IsMacOS(), Directory.Exists)
        ?? throw new CliException(ExitCode.NotDone, "It is not known how this machine is made to trust a certificate.", "Print it with 'crank trust export' and install it by hand.");

    private static string FileName(DevelopmentAuthority authority) => $"crank-{authority.Fingerprint[..16]}.crt";

    private static async Task RunAsync(IReadOnlyList<string> line, string file, DevelopmentAuthority authority, CancellationToken cancellationToken)
    {
        var arguments = line.Skip(1).Select(a => a.Replace("{file}", file, StringComparison.Ordinal).Replace("{fingerprint}", authority.Fingerprint, StringComparison.Ordinal));
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(s_patience);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(line[0], arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEndAsync(late.Token);
            await process.StandardOutput.ReadToEndAsync(late.Token);
            await process.WaitForExitAsync(late.Token);
            if (process.ExitCode != 0)
            {
                throw new CliException(ExitCode.NotDone, $"'{line[0]}' failed: {(await error).Trim()}", "It needs the rights of an administrator.");
            }
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new CliException(ExitCode.NotDone, $"'{line[0]}' cannot be run: {e.Message}", "Print the certificate with 'crank trust export' and install it by hand.");
        }
    }
}
