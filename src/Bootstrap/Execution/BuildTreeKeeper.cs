using Bootstrap.Planning;
using Bootstrap.Store;

namespace Bootstrap.Execution;

/// <summary>Drops a build tree as soon as every step that goes on in it has its artifact.</summary>
internal sealed class BuildTreeKeeper(ArtifactStore store, RunState state)
{
    public void Drop(Step ended)
    {
        var producer = ended.Continues is { } id ? state.Plan[id] : ended;
        if (!producer.ContinuedBy.IsEmpty &&
            producer.ContinuedBy.Append(producer.Id).All(step => state.Outcome(step)?.Succeeded == true))
        {
            var key = state.Key(producer).Key;
            state.RemoveLater(() => store.BuildTrees.Drop(key));
        }
    }
}
