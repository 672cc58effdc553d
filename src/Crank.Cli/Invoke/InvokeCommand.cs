using System.CommandLine;
using Crank.Cli.Config;
using Crank.Cli.Embedded;
using Crank.Cli.Remote;
using Crank.Cli.Terminal;
using Crank.Core;
using Crank.Mesh;
using Crank.Mesh.Path;

namespace Crank.Cli.Invoke;

/// <summary><c>crank invoke CAPABILITY</c>: one job through the whole path.</summary>
internal static class InvokeCommand
{
    private const string Examples = """
          crank invoke echo --param message=hello
          crank invoke doc.convert --in report.docx --param to=markdown --out report.md
          cat prices.csv | crank invoke hash --in - --json
          crank invoke doc.convert --in report.docx --param to=text --budget 0.05 --deadline 10s

        'crank capabilities' lists what can be run, 'crank capabilities NAME' what it takes.
        """;

    public static Command Create()
    {
        var options = new InvokeOptions();
        var command = new ExampleCommand("invoke", "Runs one capability on one input, and says what it cost.", Examples);
        options.AddTo(command);
        command.SetAction(GlobalOptions.Guarded((parsed, answer, cancellationToken) => RunAsync(parsed, options, answer, cancellationToken)));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, InvokeOptions options, Answer answer, CancellationToken cancellationToken)
    {
        CheckWritable(options.Out(parsed));
        CheckWritable(options.Receipt(parsed));
        using (var mesh = await MeshClient.FindAsync(parsed, cancellationToken))
        {
            if (mesh is not null)
            {
                return await new RemoteInvocation(mesh, options, parsed, answer).RunAsync(cancellationToken);
            }
        }

        if (options.Async(parsed))
        {
            throw new CliException(
                ExitCode.Usage, "There is no running mesh to leave the job with: --async needs one.", "Start one with 'crank up', or name one with --mesh; or leave out --async to run the job here and wait.");
        }

        var configuration = Configuration.Of(ConfigurationOptions.Resolve(parsed));
        var terms = options.Terms(parsed, configuration.Currency);
        PreferenceCheck.Check(terms.Prefer);
        var (service, capability) = BuiltInServices.Find(options.Capability(parsed));
        await using var spool = Spool.In(DataFolder(parsed));
        var input = await InputReader.ReadAsync(capability, options.In(parsed), options.Parameters(parsed), spool, cancellationToken);

        var request = new JobRequest(
            TenantId.Owner, PrincipalId.Owner, capability.Id.Name, capability.Id.Version, input.Json, input.Blobs, terms, options.Key(parsed),
            TraceParent: Environment.GetEnvironmentVariable("TRACEPARENT"));
        var (report, receipt) = await SubmitAsync(parsed, options, configuration, service, request, answer, cancellationToken);
        if (report.Refusal is { } refusal)
        {
            return Refused(answer, report, refusal, receipt);
        }

        var written = await ResultWriter.TryWriteAsync(answer, report, capability, options.Out(parsed), receipt, cancellationToken);
        return written && (receipt is not null || options.Receipt(parsed) is null) ? ExitCode.Done : FailureCodes.All[FailureCodes.OutputFailed];
    }

    /// <summary>Runs the job and lets go of the data folder before anything is written: whoever reads the result may be slow.</summary>
    private static async Task<(JobReport Report, string? Receipt)> SubmitAsync(
        ParseResult parsed, InvokeOptions options, Configuration configuration, string service, JobRequest request, Answer answer, CancellationToken cancellationToken)
    {
        await using var mesh = await EmbeddedMesh.OpenAsync(DataFolder(parsed), configuration, GlobalOptions.Wait(parsed), answer, [service], stays: false, cancellationToken);
        var progress = ProgressLine.For(answer, request.Capability);
        var report = await mesh.Controller.SubmitAsync(request, progress, cancellationToken);
        progress?.Clear();
        return (report, report.Job is { } job ? mesh.WriteReceipt(job, options.Receipt(parsed), answer) : null);
    }

    private static int Refused(Answer answer, JobReport report, Refusal refusal, string? receipt)
    {
        var exit = answer.Fail(
            ExitCode.Of(refusal), refusal.Code.Value, refusal.Message, refusal.Try, ("job", report.Job?.ToString()), ("receiptFile", receipt));
        if (!answer.Json && report is { Receipt: { } written, Job: { } job })
        {
            Summary.Write(answer.People, job, written, receipt, report.Repeated);
        }

        return exit;
    }

    private static string DataFolder(ParseResult parsed) => Data.DataFolder.Locate(GlobalOptions.Data(parsed));

    /// <summary>Refuses before anything runs what could not be written after it ran.</summary>
    private static void CheckWritable(string? path)
    {
        if (path is null)
        {
            return;
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (Directory.Exists(path) || folder is null || !Directory.Exists(folder))
        {
            throw new CliException(ExitCode.Usage, $"'{path}' cannot be written: {(Directory.Exists(path) ? "it is a folder" : "its folder does not exist")}.", "Name a file in a folder that exists.");
        }
    }
}
